-- Pseudonymous accounts, amounts with noise, a derived column; fraud brought up to a tenth by SMOTE-NC.
local r = trowel.recipe "transactions"
r:mask_tokenize    { cols = "account", domain = "account" }
r:drop             { cols = { "card", "transaction_id" } }
r:impute_mode      { cols = "merchant" }
r:impute_median    { cols = "balance_after" }
r:mutate           { share = "round(amount / (abs(balance_after) + 1), 4)" }
r:mask_noise       { cols = "amount", sd = 5 }
r:augment_smote_nc { target = "is_fraud", ratio = 0.1 }
return r
