-- Clean, impute and mask the hospital stays, then balance the outcome for training.
local r = trowel.recipe "patients"
r:trim             { cols = "city" }
r:map_values       { cols = "sex", map = { female = "F", f = "F", male = "M", m = "M" } }
r:to_missing       { cols = "systolic", values = { "999" } }
r:to_missing       { cols = "cholesterol", values = { "-1" } }
r:impute_median    { cols = "systolic" }
r:impute_knn       { cols = { "bmi", "glucose", "cholesterol" }, k = 5 }
r:mask_shape       { cols = "email", kind = "email" }
r:mask_tokenize    { cols = "patient_id", domain = "patient" }
r:mask_generalize  { cols = "age", width = 10 }
r:drop             { cols = { "name", "phone", "birth_date" } }
r:augment_oversample { target = "readmitted", ratio = 0.25 }
return r
