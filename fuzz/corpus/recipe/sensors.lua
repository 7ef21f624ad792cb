-- What failed probes report is no temperature; gaps are filled from like moments of the same station.
local r = trowel.recipe "sensors"
r:to_missing       { cols = "temperature", values = { "85.0", "-127.0" } }
r:impute_knn       { cols = { "temperature", "humidity" }, with = { "time", "station", "pressure", "battery" }, k = 4 }
r:mutate           { dew_gap = "round((100 - humidity) / 5, 1)" }
return r
