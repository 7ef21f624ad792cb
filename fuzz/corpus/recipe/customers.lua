-- One spelling for each country, tidy text, missing figures as such.
local r = trowel.recipe "customers"
r:trim             { cols = { "Name", "Firma" } }
r:map_values       { cols = "Land", map = {
  Germany = "Deutschland", deutschland = "Deutschland", DE = "Deutschland",
  Austria = "Österreich", Oesterreich = "Österreich", AT = "Österreich",
  Switzerland = "Schweiz", schweiz = "Schweiz", CH = "Schweiz",
} }
r:to_missing       { cols = { "Umsatz", "E-Mail" }, values = { "k.A.", "-", "keine" } }
r:mask_shape       { cols = "E-Mail", kind = "email" }
r:mask_shape       { cols = "Telefon", kind = "phone" }
return r
