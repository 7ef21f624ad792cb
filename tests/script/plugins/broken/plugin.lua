return { id = "broken", version = "1", api = { 1, 1 } }
