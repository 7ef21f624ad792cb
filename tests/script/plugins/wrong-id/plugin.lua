return { id = "other", version = "1", api = { 1, 1 } }
