INSERT INTO products (name) VALUES ('tea; green'), ('cup');
