-- Nothing here: SQLite takes the index for both words whatever it knows of the rows.
SELECT 1;
