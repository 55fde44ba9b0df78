-- products, before they are filled
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE INDEX products_name ON products (name);
