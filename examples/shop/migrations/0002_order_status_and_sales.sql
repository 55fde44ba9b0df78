ALTER TABLE orders ADD COLUMN status TEXT NOT NULL DEFAULT 'paid'
  CHECK (status IN ('paid', 'picked', 'packed', 'shipped'));

-- One row an order, written by the queue's consumer and read by the daily report.
CREATE TABLE sales (
  order_id TEXT PRIMARY KEY,
  day TEXT NOT NULL,
  pieces INTEGER NOT NULL,
  total_cents INTEGER NOT NULL
);

CREATE INDEX sales_by_day ON sales (day);
