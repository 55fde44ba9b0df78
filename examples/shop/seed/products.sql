-- Safe to run again: products that exist get these names and prices back.
INSERT INTO products (id, name, price_cents) VALUES
  (1, 'Espresso cup', 900),
  (2, 'Pour-over kettle', 5400),
  (3, 'Hand grinder', 12900),
  (4, 'Paper filters, 100', 450),
  (5, 'House blend, 250 g', 1100)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, price_cents = excluded.price_cents;
