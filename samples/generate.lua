-- Makes the four sample datasets, the same bytes every time:  lua5.4 samples/generate.lua [DIRECTORY]
-- People, companies and figures are invented. What is wrong with each file on purpose is listed in README.md.

local directory = arg and arg[1] or "samples"

-- Random numbers: splitmix64, one stream for each dataset, so that a change to one leaves the others alone.
local state = 0
local function seed(n)
  state = n
end
local function bits()
  state = state + 0x9E3779B97F4A7C15
  local z = state
  z = (z ~ (z >> 30)) * 0xBF58476D1CE4E5B9
  z = (z ~ (z >> 27)) * 0x94D049BB133111EB
  return z ~ (z >> 31)
end
local function uniform()
  return (bits() >> 11) * (1.0 / 9007199254740992.0)
end
local function below(n)
  return (bits() >> 1) % n
end
local function pick(list)
  return list[below(#list) + 1]
end
local function chance(p)
  return uniform() < p
end
-- Sum of twelve uniforms: a normal law without the maths library, so that every machine writes the same digits.
local function normal(mean, sd)
  local sum = -6
  for _ = 1, 12 do
    sum = sum + uniform()
  end
  return mean + sd * sum
end
local function weighted(pairs_of)
  local u = uniform()
  for _, pair in ipairs(pairs_of) do
    u = u - pair[2]
    if u < 0 then
      return pair[1]
    end
  end
  return pairs_of[#pairs_of][1]
end
local function clamp(x, low, high)
  return math.max(low, math.min(high, x))
end
local function round(x)
  return math.floor(x + 0.5)
end

-- Dates as days since 1970-01-01.
local function civil(days)
  local z = days + 719468
  local era = z // 146097
  local doe = z - era * 146097
  local yoe = (doe - doe // 1460 + doe // 36524 - doe // 146096) // 365
  local doy = doe - (365 * yoe + yoe // 4 - yoe // 100)
  local mp = (5 * doy + 2) // 153
  local month = mp < 10 and mp + 3 or mp - 9
  return yoe + era * 400 + (month <= 2 and 1 or 0), month, doy - (153 * mp + 2) // 5 + 1
end
local function iso(days)
  return string.format("%04d-%02d-%02d", civil(days))
end
local function german(days)
  local y, m, d = civil(days)
  return string.format("%02d.%02d.%04d", d, m, y)
end

local function field(value, delimiter)
  local text = tostring(value)
  if text:find('[\r\n"' .. delimiter .. "]") then
    return '"' .. text:gsub('"', '""') .. '"'
  end
  return text
end
local function write(name, delimiter, line_end, header, rows)
  local file = assert(io.open(directory .. "/" .. name, "wb"))
  local function line(cells)
    local out = {}
    for i = 1, #header do
      out[i] = field(cells[i], delimiter)
    end
    file:write(table.concat(out, delimiter), line_end)
  end
  line(header)
  for _, row in ipairs(rows) do
    line(row)
  end
  file:close()
end

local first_names = {
  F = { "Anna", "Maria", "Ingrid", "Sofie", "Laura", "Nora", "Elena", "Julia", "Hanna", "Clara", "Marta", "Ida", "Eva", "Zoë", "Amélie" },
  M = { "Jonas", "Peter", "Lars", "David", "Emil", "Felix", "Henrik", "Karl", "Oskar", "Tomas", "Viktor", "Jan", "Paul", "Jürgen", "Søren" },
}
local last_names = {
  "Berg", "Hansen", "Müller", "Novak", "Rossi", "Schmidt", "Larsen", "Weber", "Kowalski", "Dubois", "Fischer", "Nilsen", "Moreau",
  "Lindqvist", "Horvat", "Keller", "Jansen", "Virtanen", "O'Brien", "Costa", "Haugen", "Meyer", "Silva", "Bauer", "Petrov",
}
local ascii = { ["é"] = "e", ["ë"] = "e", ["ü"] = "u", ["ø"] = "o", ["'"] = "" }
local function plain(name)
  return (name:gsub("[\xC3'][\x80-\xBF]?", function(c)
    return ascii[c] or ""
  end)):lower()
end
-- city -> postcode, as the dependency that typos break
local cities = {
  { "Oslo", "0150" }, { "Bergen", "5003" }, { "Trondheim", "7011" }, { "Stavanger", "4006" }, { "Tromsø", "9008" },
  { "Drammen", "3044" }, { "Kristiansand", "4610" }, { "Bodø", "8001" },
}
local function misspell(word)
  local at = below(#word - 2) + 2
  local c = word:sub(at, at)
  if not c:match("%a") then
    return word
  end
  return word:sub(1, at - 1) .. "x" .. word:sub(at + 1)
end

-- patients: health; missing not at random, personal data, an unbalanced outcome
local function patients()
  seed(11)
  local header = {
    "patient_id", "name", "sex", "birth_date", "email", "phone", "city", "postcode", "admitted", "age", "height_cm", "weight_kg",
    "bmi", "systolic", "glucose", "cholesterol", "smoker", "diagnosis", "length_of_stay", "readmitted",
  }
  local rows = {}
  local start = 19358 -- 2023-01-01
  for i = 1, 5000 do
    local sex = chance(0.52) and "F" or "M"
    local first, last = pick(first_names[sex]), pick(last_names)
    local city = weighted({ { cities[1], .38 }, { cities[2], .2 }, { cities[3], .14 }, { cities[4], .1 }, { cities[5], .06 },
      { cities[6], .05 }, { cities[7], .04 }, { cities[8], .03 } })
    local admitted = start + below(730)
    local age = round(clamp(normal(56, 17), 18, 97))
    local birth = admitted - age * 365 - age // 4 - below(365)
    local height = round(clamp(sex == "F" and normal(166, 6.5) or normal(179, 7), 142, 207))
    local shape = clamp(normal(26.2, 4.2), 16.5, 48)
    local weight = round(shape * height * height / 1000) / 10
    local bmi = string.format("%.1f", weight / (height / 100) ^ 2)
    local smoker = chance(0.21)
    local systolic = round(clamp(normal(112 + age * 0.28 + (smoker and 5 or 0), 13), 84, 224))
    local diabetes = chance(clamp(0.03 + (shape - 22) * 0.018 + (age - 40) * 0.002, 0.01, 0.7))
    local glucose = diabetes and clamp(normal(9.6, 2.1), 6.1, 22) or clamp(normal(5.3, 0.6), 3.4, 7.4)
    local cholesterol = clamp(normal(4.6 + age * 0.012, 0.9), 2.3, 9.8)
    local diagnosis = diabetes and weighted({ { "diabetes", .7 }, { "hypertension", .2 }, { "heart failure", .1 } })
      or weighted({ { "hypertension", .3 }, { "asthma", .2 }, { "fracture", .22 }, { "pneumonia", .16 }, { "heart failure", .12 } })
    local stay = 1 + round(clamp(normal(2 + age / 25 + (diagnosis == "heart failure" and 4 or 0), 2), 0, 31))
    local readmitted = chance(clamp(0.02 + (diabetes and 0.05 or 0) + (diagnosis == "heart failure" and 0.16 or 0)
      + (age > 75 and 0.05 or 0), 0, 1)) and "yes" or "no"
    local sex_text = sex
    if chance(0.02) then
      sex_text = sex == "F" and pick({ "female", "f" }) or pick({ "male", "m" })
    end
    local city_text = city[1]
    if chance(0.006) then
      city_text = misspell(city_text)
    elseif chance(0.01) then
      city_text = pick({ city_text:upper(), city_text .. " ", city_text:lower() })
    end
    -- the higher the value, the likelier it was not written down
    local glucose_text = string.format("%.1f", glucose)
    if chance(glucose > 7.5 and 0.30 or 0.07) then
      glucose_text = weighted({ { "", .7 }, { "NA", .2 }, { "n/a", .1 } })
    end
    if chance(shape > 31 and 0.22 or 0.04) then
      bmi = ""
    end
    local cholesterol_text = string.format("%.1f", cholesterol)
    if chance(0.08) then
      cholesterol_text = ""
    elseif chance(0.01) then
      cholesterol_text = "-1"
    end
    local systolic_text = chance(0.012) and "999" or tostring(systolic)
    local age_text = tostring(age)
    if chance(0.0015) then
      age_text = age_text:gsub("0", "O"):gsub("1", "l")
    end
    local admitted_text = iso(admitted)
    if chance(0.001) then
      admitted_text = iso(admitted + 36525)
    end
    rows[#rows + 1] = {
      string.format("P%05d", i), first .. " " .. last, sex_text, iso(birth),
      chance(0.05) and "" or plain(first) .. "." .. plain(last) .. (below(90) + 10) .. "@example." .. pick({ "org", "com", "net" }),
      string.format("+47 %d%02d %02d %03d", 4 + 5 * below(2), below(100), below(100), below(1000)), city_text, city[2], admitted_text,
      age_text, height, string.format("%.1f", weight), bmi, systolic_text, glucose_text, cholesterol_text, smoker and "yes" or "no",
      diagnosis, stay, readmitted,
    }
    if chance(0.003) then
      rows[#rows + 1] = rows[#rows]
    end
  end
  write("patients.csv", ",", "\n", header, rows)
end

local function luhn(digits)
  local sum = 0
  for i = #digits, 1, -1 do
    local d = tonumber(digits:sub(i, i))
    if (#digits - i) % 2 == 0 then
      d = d * 2
      if d > 9 then
        d = d - 9
      end
    end
    sum = sum + d
  end
  return digits .. (10 - sum % 10) % 10
end

-- transactions: finance; one in a hundred is fraud
local function transactions()
  seed(22)
  local header = { "transaction_id", "account", "card", "booked_at", "merchant", "category", "country", "channel", "currency", "amount",
    "balance_after", "is_fraud" }
  local merchants = {
    groceries = { "Kiwi", "Rema 1000", "Coop Extra", "Meny" }, travel = { "SAS", "Norwegian", "Vy", "Widerøe" },
    electronics = { "Elkjøp", "Power", "Komplett" }, restaurants = { "Peppes Pizza", "Egon", "Sushi Hanami" },
    clothing = { "Cubus", "Dressmann", "H&M" }, fuel = { "Circle K", "Esso", "Shell" },
  }
  local typical = { groceries = 410, travel = 2300, electronics = 2900, restaurants = 520, clothing = 760, fuel = 690 }
  local accounts = {}
  for i = 1, 600 do
    local digits = "4" .. string.format("%014d", below(100000000000000))
    accounts[i] = { id = string.format("NO%08d", 10000000 + below(89999999)), card = luhn(digits), balance = 5000 + below(60000) }
  end
  local rows = {}
  local minute = 19723 * 1440 -- 2024-01-01
  for i = 1, 20000 do
    minute = minute + below(52)
    local account = pick(accounts)
    local fraud = chance(0.01)
    local category = fraud and weighted({ { "electronics", .6 }, { "travel", .3 }, { "clothing", .1 } })
      or weighted({ { "groceries", .42 }, { "restaurants", .2 }, { "fuel", .14 }, { "clothing", .12 }, { "travel", .06 }, { "electronics", .06 } })
    local scale = typical[category] * (fraud and 2.4 or 1)
    local amount = clamp(scale * (0.25 + uniform() * uniform() * 3.2), 5, 49000)
    if chance(0.0008) then
      amount = amount * 100 -- the decimal mark was lost
    end
    if chance(0.03) then
      account.balance = account.balance + 20000 + below(20000)
    end
    account.balance = account.balance - amount
    local country = fraud and weighted({ { "NO", .4 }, { "RO", .2 }, { "US", .2 }, { "NG", .1 }, { "GB", .1 } })
      or weighted({ { "NO", .93 }, { "SE", .03 }, { "DK", .02 }, { "GB", .02 } })
    local y, m, d = civil(minute // 1440)
    rows[#rows + 1] = {
      string.format("T%07d", 1000000 + i), account.id, account.card,
      string.format("%04d-%02d-%02d %02d:%02d", y, m, d, minute // 60 % 24, minute % 60),
      chance(0.01) and "" or pick(merchants[category]), category, country,
      fraud and weighted({ { "online", .85 }, { "terminal", .15 } }) or weighted({ { "terminal", .7 }, { "online", .3 } }),
      country == "NO" and "NOK" or weighted({ { "NOK", .5 }, { "EUR", .3 }, { "USD", .2 } }), string.format("%.2f", amount),
      chance(0.02) and "" or string.format("%.2f", account.balance), fraud and 1 or 0,
    }
  end
  write("transactions.csv", ",", "\n", header, rows)
end

-- customers: messy text as a German-style export: semicolons, decimal commas, day-first dates, CRLF
local function customers()
  seed(33)
  local header = { "Kundennr", "Name", "Firma", "E-Mail", "Telefon", "Ort", "Land", "Kunde seit", "Umsatz", "Segment", "Bemerkung" }
  local lands = {
    { "Deutschland", { "Berlin", "Hamburg", "München", "Köln", "Frankfurt" }, "+49", { "Germany", "deutschland", "DE" } },
    { "Österreich", { "Wien", "Graz", "Linz" }, "+43", { "Austria", "Oesterreich", "AT" } },
    { "Schweiz", { "Zürich", "Basel", "Bern" }, "+41", { "Switzerland", "schweiz", "CH" } },
  }
  local stems = { "Nord", "Alpen", "Stadt", "Rhein", "Berg", "Licht", "Holz", "Metall" }
  local kinds = { "bau GmbH", "technik AG", "handel KG", "werke GmbH", "service GmbH & Co. KG" }
  local notes = { "ruft gerne vormittags an", 'möchte "Premium" testen', "Rechnung; bitte per Post", "zieht um:\nneue Adresse folgt", "Mahnung 1, Mahnung 2" }
  local function money(x)
    local cents = round(x * 100)
    local whole = tostring(cents // 100):reverse():gsub("(%d%d%d)", "%1."):reverse():gsub("^%.", "")
    return whole .. string.format(",%02d", cents % 100)
  end
  local rows = {}
  for i = 1, 3000 do
    local land = weighted({ { lands[1], .7 }, { lands[2], .18 }, { lands[3], .12 } })
    local sex = chance(0.5) and "F" or "M"
    local first, last = pick(first_names[sex]), pick(last_names)
    local name = first .. " " .. last
    if chance(0.03) then
      name = pick({ last .. ", " .. first, name:upper(), "  " .. name, first .. "  " .. last })
    end
    local firm = pick(stems) .. pick(kinds)
    if chance(0.02) then
      firm = pick({ firm:upper(), firm .. " ", misspell(firm), (firm:gsub("GmbH", "Gmbh")) })
    end
    local email = plain(first) .. "." .. plain(last) .. "@" .. plain(firm:match("^%a+")) .. ".example"
    if chance(0.03) then
      email = pick({ (email:gsub("@", " at ")), (email:gsub("%.example", "")), "keine", "-" })
    end
    local city = pick(land[2])
    if chance(0.01) then
      city = misspell(city)
    end
    local phone = string.format("%s %d %d", land[3], 30 + below(900), 100000 + below(8999999))
    if chance(0.2) then
      phone = phone:gsub("^%+(%d+) ", "00%1/"):gsub(" ", "-")
    end
    local revenue = clamp(180 + uniform() * uniform() * uniform() * 90000, 50, 90000)
    rows[#rows + 1] = {
      10000 + i, name, firm, email, phone, city, chance(0.05) and pick(land[4]) or land[1],
      chance(0.01) and "31.02.2021" or german(16000 + below(3900)),
      chance(0.02) and pick({ "k.A.", "-", "" }) or money(revenue), revenue > 20000 and "A" or revenue > 4000 and "B" or "C",
      chance(0.25) and pick(notes) or "",
    }
    if chance(0.004) then
      rows[#rows + 1] = { 10000 + i, name:upper(), firm, email, phone, city, land[1], german(16000 + below(3900)), money(revenue), "B", "" }
    end
  end
  write("customers.csv", ";", "\r\n", header, rows)
end

-- sensors: four stations every ten minutes with gaps, spikes, a stuck sensor and a drift
local function sensors()
  seed(44)
  local header = { "time", "station", "temperature", "humidity", "pressure", "battery", "status" }
  local stations = { { "north", -1.5 }, { "south", 1.2 }, { "harbour", 0.4 }, { "hill", -3.1 } }
  local rows = {}
  local weather = { 0, 0, 0, 0 }
  for step = 0, 2999 do
    local minute = 19844 * 1440 + step * 10 -- 2024-05-01
    local hour = minute % 1440 / 60
    local day_curve = 1 - ((hour - 15 + 24) % 24 - 12) ^ 2 / 72 -- -1 at night, 1 in the afternoon
    for s, station in ipairs(stations) do
      weather[s] = weather[s] * 0.995 + normal(0, 0.12)
      local t = 11 + station[2] - 5 * day_curve + weather[s] + step * 0.0012 + normal(0, 0.15)
      if s == 4 and step > 2000 then
        t = t + (step - 2000) * 0.004 -- drift
      end
      local humidity = clamp(78 - 2.1 * (t - 8) + normal(0, 3), 18, 100)
      local pressure = 1013 + weather[1] * 2 + normal(0, 0.4)
      local gap = (s == 2 and step >= 900 and step < 980) or chance(0.006)
      local stuck = s == 3 and step >= 1500 and step < 1560
      local temperature = gap and "" or stuck and "12.3" or string.format("%.1f", t)
      if not gap and chance(0.0012) then
        temperature = pick({ "85.0", "-127.0" }) -- what such probes report when they fail
      end
      local y, m, d = civil(minute // 1440)
      rows[#rows + 1] = {
        string.format("%04d-%02d-%02dT%02d:%02d:00", y, m, d, minute // 60 % 24, minute % 60), station[1], temperature,
        gap and "" or tostring(round(humidity)), string.format("%.1f", pressure), string.format("%.2f", 4.15 - step * 0.00021 + normal(0, 0.008)),
        gap and "offline" or "ok",
      }
    end
  end
  write("sensors.csv", ",", "\n", header, rows)
end

patients()
transactions()
customers()
sensors()
