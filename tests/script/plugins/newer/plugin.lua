return { id = "newer", version = "1", api = { 99, 100 } }
