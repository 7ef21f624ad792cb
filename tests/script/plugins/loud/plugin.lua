print("from the manifest")
return { id = "loud", version = "1", api = { 1, 1 } }
