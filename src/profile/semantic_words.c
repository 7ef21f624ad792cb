/* The dictionaries, sorted by bytes after folding (lower case, without accents), and bisection in
 * them.
 *
 * Lists are short on purpose: a column is judged by the share of its values that hit, so common
 * names suffice. */
#include "profile/semantic_words.h"

#include "base/buf.h"
#include "base/unicode.h"

// clang-format off
static const char *const given_names[] = {
    "aaron", "abdul", "abdullah", "abena", "abigail", "adam", "adele", "aditya", "adrian",
    "adriana", "agata", "agnes", "agnieszka", "ahmed", "ahmet", "aisha", "akira", "alan",
    "albert", "alberto", "alejandra", "alejandro", "aleksander", "aleksandra", "alessandra",
    "alessandro", "alex", "alexander", "alexandra", "alexandre", "alexis", "alfred", "ali",
    "alice", "alicia", "alina", "aliou", "alison", "alma", "alvaro", "ama", "amanda", "amara",
    "amelia", "amina", "amir", "amy", "ana", "ananya", "anastasia", "andre", "andrea", "andreas",
    "andrei", "andrew", "andrzej", "angela", "angelika", "angelo", "anh", "anil", "anita", "anja",
    "anjali", "ann", "anna", "anne", "anneli", "annette", "annika", "anthony", "antoine", "anton",
    "antonia", "antonio", "aoi", "april", "arjun", "arthur", "artur", "arun", "asha", "ashley",
    "astrid", "audrey", "august", "ava", "axel", "ayse", "barbara", "bart", "beatrice", "beatriz",
    "ben", "benedikt", "benjamin", "bent", "bernard", "bernd", "bertha", "beth", "betty",
    "bianca", "bill", "birgit", "bjorn", "bob", "bogdan", "boris", "brandon", "brenda", "brian",
    "bridget", "brigitte", "bruce", "bruno", "bryan", "caleb", "camila", "camilla", "camille",
    "carl", "carla", "carlos", "carmen", "carol", "carolina", "caroline", "catherine", "cecilia",
    "celine", "cesar", "charles", "charlotte", "cheng", "chiara", "chidi", "chinedu", "chloe",
    "chris", "christian", "christina", "christine", "christoph", "christopher", "cindy", "claire",
    "clara", "claudia", "claudio", "clemens", "connor", "craig", "cristina", "curtis", "cynthia",
    "dagmar", "daisuke", "dale", "damian", "dan", "dana", "daniel", "daniela", "daniele",
    "danielle", "danuta", "daria", "darren", "dave", "david", "dawn", "dean", "deborah", "debra",
    "deepak", "denis", "denise", "dennis", "derek", "diana", "diane", "diego", "dieter",
    "dimitri", "dirk", "dmitri", "dmitry", "dominic", "dominik", "donald", "donna", "dora",
    "doris", "dorothea", "dorothy", "douglas", "duc", "dylan", "edgar", "eduardo", "edward",
    "eileen", "elena", "eleonora", "eli", "elias", "elif", "elin", "elisa", "elisabeth", "elise",
    "elizabeth", "ella", "ellen", "elsa", "emeka", "emil", "emile", "emilia", "emilie", "emilio",
    "emily", "emma", "emmanuel", "enrique", "eric", "erica", "erik", "erika", "ernst", "esther",
    "ethan", "eugene", "eva", "evelyn", "ewa", "fabian", "fabio", "fatima", "fatma", "fatou",
    "felipe", "felix", "fernanda", "fernando", "filip", "finn", "fiona", "florence", "florian",
    "frances", "francesca", "francesco", "francis", "francisco", "francois", "frank", "franz",
    "fred", "frederic", "frederik", "friedrich", "fritz", "gabriel", "gabriela", "gabriella",
    "gareth", "gary", "gavin", "gemma", "georg", "george", "gerald", "gerard", "gerd", "gerhard",
    "gianluca", "gill", "giorgio", "giovanna", "giovanni", "gisela", "giulia", "giuseppe",
    "gloria", "gopal", "gordon", "grace", "graham", "greg", "gregory", "greta", "grzegorz",
    "guido", "guillaume", "gunter", "gustav", "hana", "hanna", "hannah", "hannes", "hans",
    "harald", "harold", "harry", "haruto", "hassan", "heather", "heidi", "heike", "heinrich",
    "heinz", "helen", "helena", "helene", "helga", "hendrik", "henri", "henrik", "henry",
    "herbert", "hina", "hiroshi", "holger", "holly", "horst", "howard", "hubert", "hugo", "huong",
    "hussein", "ian", "ibrahim", "ida", "ifeoma", "igor", "ilse", "ines", "inga", "inge",
    "ingeborg", "ingrid", "irena", "irene", "irina", "iris", "isaac", "isabel", "isabella",
    "isabelle", "ivan", "ivana", "ivo", "iwona", "jack", "jacob", "jacqueline", "jacques", "jade",
    "jaime", "jake", "jakob", "jakub", "james", "jamie", "jan", "jana", "jane", "janet", "janice",
    "janina", "jasmin", "jason", "javier", "jean", "jeff", "jeffrey", "jelena", "jennifer",
    "jens", "jeremy", "jerome", "jerry", "jerzy", "jesper", "jessica", "jesus", "jihoon", "jill",
    "jim", "jin", "jisoo", "joan", "joana", "joanna", "joao", "joe", "joel", "joelle", "johan",
    "johann", "johanna", "johannes", "john", "jon", "jonas", "jonathan", "jordan", "jorge",
    "jose", "josef", "joseph", "josephine", "joshua", "juan", "juana", "judith", "judy", "juha",
    "julia", "julian", "juliana", "julie", "julien", "juliette", "julio", "jun", "jurgen",
    "justin", "justyna", "kai", "kamil", "karen", "karim", "karin", "karina", "karl", "karla",
    "karolina", "kasia", "katarina", "katarzyna", "kate", "kateryna", "katharina", "katherine",
    "kathleen", "kathryn", "katja", "katrin", "kavita", "kayla", "keith", "kelly", "ken", "kenji",
    "kenneth", "kerstin", "kevin", "khalid", "kim", "kimberly", "kirsten", "klaus", "kofi",
    "kojo", "kristian", "kristin", "kristina", "kristine", "krystyna", "krzysztof", "kurt",
    "kwabena", "kwame", "kyle", "lakshmi", "lan", "lara", "larry", "lars", "laszlo", "laura",
    "lauren", "laurence", "laurent", "layla", "lea", "leah", "lee", "leila", "lena", "lennart",
    "leo", "leon", "leonard", "leonardo", "leonie", "lewis", "li", "liam", "lidia", "liisa",
    "lilly", "lily", "lina", "linda", "linh", "lisa", "liv", "liz", "logan", "lorenzo", "lotte",
    "louis", "louise", "luc", "luca", "lucas", "lucia", "lucie", "lucy", "luigi", "luis", "luisa",
    "lukas", "lukasz", "lydia", "lynn", "maciej", "madison", "magda", "magdalena", "maja",
    "malgorzata", "mamadou", "manfred", "manuel", "manuela", "marc", "marcel", "marcela",
    "marcin", "marco", "marcos", "marcus", "marek", "margaret", "margarita", "margit", "maria",
    "mariam", "marian", "mariana", "marianne", "marie", "marija", "marina", "mario", "marion",
    "marisa", "marjan", "mark", "marko", "markus", "marlene", "marta", "martha", "martin",
    "martina", "martine", "marvin", "mary", "mason", "mateo", "mateusz", "mathias", "mathieu",
    "mathilde", "matilda", "matteo", "matthew", "matthias", "matti", "maureen", "maurice",
    "mauro", "max", "maxim", "maxime", "maya", "meera", "megan", "mehmet", "mei", "melanie",
    "melissa", "mia", "michael", "michaela", "michal", "michel", "michele", "michelle", "miguel",
    "mikael", "mike", "mikhail", "mila", "milan", "milena", "mina", "ming", "minh", "minjun",
    "miriam", "mohamed", "mohammad", "mohammed", "moises", "molly", "monica", "monika", "moritz",
    "moussa", "muhammad", "mukesh", "mustafa", "nadia", "nadine", "nancy", "naoko", "natalia",
    "natalie", "natasha", "nathalie", "nathan", "neha", "neil", "nelson", "ngozi", "nguyen",
    "niamh", "nicholas", "nicola", "nicolas", "nicole", "niels", "nikita", "niklas", "nikola",
    "nils", "nina", "nisha", "noah", "noel", "nomsa", "noor", "nora", "norman", "nuno", "odd",
    "oksana", "olaf", "ole", "oleg", "olena", "olga", "olive", "oliver", "olivia", "olivier",
    "oluwaseun", "omar", "orla", "oscar", "oskar", "otto", "ousmane", "owen", "pablo", "pamela",
    "paolo", "pascal", "patricia", "patrick", "patrik", "paul", "paula", "paulina", "pauline",
    "paulo", "pavel", "pawel", "pedro", "peggy", "penelope", "per", "peter", "petr", "petra",
    "philip", "philipp", "philippe", "phillip", "phyllis", "pia", "pierre", "pilar", "piotr",
    "pooja", "priya", "rachel", "rafael", "rafal", "rahul", "raj", "rajesh", "ralf", "ralph",
    "ramesh", "ramon", "ramona", "randy", "rania", "raquel", "raul", "ravi", "raymond", "rebecca",
    "regina", "reiner", "ren", "renata", "renate", "rene", "ricardo", "riccardo", "richard",
    "riku", "rita", "robert", "roberta", "roberto", "robin", "rodrigo", "roger", "rohan",
    "roland", "rolf", "romain", "roman", "ronald", "rosa", "rose", "rosemarie", "rosemary",
    "ross", "roxana", "ruben", "rudolf", "rui", "russell", "ruth", "ryan", "sabine", "sabrina",
    "sakura", "sally", "salma", "sam", "samantha", "samira", "samuel", "sandra", "sanjay",
    "sanna", "santiago", "sara", "sarah", "saskia", "scott", "sean", "sebastian", "selma",
    "seoyeon", "sergei", "sergey", "sergio", "seth", "shannon", "sharon", "sheila", "shirley",
    "siddharth", "silke", "silvia", "simon", "simona", "simone", "siobhan", "sipho", "sofia",
    "sofie", "solveig", "sonia", "sonja", "sophia", "sophie", "sora", "stacy", "stanislav",
    "stanislaw", "stefan", "stefania", "stefanie", "steffen", "stella", "stephan", "stephanie",
    "stephen", "steve", "steven", "stig", "stuart", "sue", "sunil", "sunita", "suresh", "susan",
    "susana", "susanne", "suzanne", "sven", "svetlana", "sylvia", "sylvie", "tamara", "tania",
    "tanja", "tara", "tariq", "tatiana", "ted", "tendai", "teresa", "terry", "thabo", "thanh",
    "theo", "theodor", "theresa", "thi", "thomas", "thorsten", "tiago", "tim", "timo", "timothy",
    "tina", "tobias", "todd", "tom", "tomas", "tomasz", "tommy", "toni", "tony", "torsten",
    "tracy", "tristan", "tuan", "tyler", "udo", "ulrich", "ulrike", "ursula", "ute", "uwe",
    "valentin", "valentina", "valeria", "valerie", "vanessa", "vera", "veronica", "veronika",
    "victor", "victoria", "vikram", "viktor", "viktoria", "vincent", "vincenzo", "viola",
    "virginia", "vivian", "vladimir", "volker", "walter", "waltraud", "wanda", "wei", "wendy",
    "werner", "wiktoria", "wilhelm", "willem", "william", "wojciech", "wolfgang", "xavier", "xin",
    "yan", "yann", "yasmin", "yolanda", "yui", "yuki", "yuko", "yuri", "yusuf", "yvonne",
    "zachary", "zainab", "zara", "zeynep", "zoe", "zofia", "zsofia", "zuzanna",
};

static const char *const surnames[] = {
    "abbott", "abdi", "abdullah", "abe", "abraham", "acosta", "adams", "adeyemi", "adler",
    "aguilar", "ahmad", "ahmed", "aho", "ali", "allen", "alonso", "alvarez", "alves", "amadi",
    "andersen", "anderson", "andersson", "andrews", "angelov", "antonov", "aoki", "appiah",
    "araujo", "armstrong", "arnold", "asante", "ashby", "atkinson", "austin", "bailey", "bak",
    "baker", "bakker", "balogh", "balogun", "banda", "banerjee", "barbieri", "barker", "barnes",
    "barrett", "barros", "bartok", "bauer", "baumann", "bayer", "beck", "becker", "begum", "bell",
    "bennett", "benoit", "berg", "berger", "bernard", "bernardi", "bertrand", "bianchi", "bianco",
    "bishop", "black", "blanc", "blanco", "boateng", "bogdanov", "bondarenko", "bonnet", "borg",
    "borges", "bos", "bosch", "bouchard", "boucher", "bowen", "bowman", "boyd", "boyle",
    "bradley", "brandt", "braun", "brennan", "brooks", "brouwer", "brown", "browne", "bruno",
    "bryant", "buchanan", "burke", "burns", "butler", "byrne", "cabrera", "calvo", "campbell",
    "campos", "cano", "cardoso", "carlsen", "carlson", "carlsson", "carpenter", "carr", "carroll",
    "carter", "caruso", "carvalho", "castillo", "castro", "cattaneo", "cerny", "chan", "chang",
    "chapman", "chatterjee", "chaudhary", "chen", "cheng", "cho", "choi", "christensen", "chukwu",
    "claes", "clark", "clarke", "cohen", "cole", "coleman", "collins", "colombo", "conte",
    "conti", "contreras", "cook", "cooper", "correia", "costa", "coulibaly", "cox", "craig",
    "crawford", "cruz", "cunningham", "da", "dahl", "dalton", "daniels", "das", "davidson",
    "davies", "davis", "dean", "delgado", "desai", "deshmukh", "devries", "diallo", "dias",
    "diaz", "dietrich", "diop", "dixon", "dlamini", "do", "dominguez", "douglas", "doyle",
    "duarte", "dubois", "dumont", "duncan", "dunn", "dupont", "durand", "dvorak", "eder",
    "edwards", "egger", "eklund", "elliott", "ellis", "eriksen", "eriksson", "esposito",
    "estrada", "evans", "eze", "fabre", "farkas", "faure", "feld", "ferguson", "fernandes",
    "fernandez", "ferrari", "ferreira", "fiala", "fischer", "fisher", "fitzgerald", "fleming",
    "flores", "fontaine", "forsberg", "foster", "fournier", "fowler", "fox", "franco", "frank",
    "franke", "fraser", "freeman", "friedrich", "fuchs", "fuentes", "fujii", "fujita", "fuller",
    "gallagher", "gallo", "garcia", "gardner", "garnier", "gauthier", "geiger", "george",
    "gerard", "gibson", "gil", "gill", "girard", "gomes", "gomez", "goncalves", "gonzaga",
    "gonzales", "gonzalez", "gordon", "graf", "graham", "grant", "gray", "greco", "green",
    "greene", "griffin", "gross", "gruber", "guerin", "guerra", "guerrero", "gupta", "gustafsson",
    "gutierrez", "guzman", "haas", "haddad", "hahn", "hakimi", "hall", "hamilton", "hamza",
    "hansen", "hanson", "hansson", "harper", "harris", "harrison", "hart", "hartmann", "harvey",
    "hasegawa", "hashimoto", "hassan", "hayashi", "hayes", "heikkinen", "heinrich", "henderson",
    "henriksen", "henry", "hernandez", "herrera", "herrmann", "hidalgo", "hill", "hinz", "ho",
    "hoang", "hofer", "hoffman", "hoffmann", "holm", "holmes", "holt", "horak", "horvat",
    "horvath", "howard", "huang", "huber", "hudson", "hughes", "hunt", "hunter", "hussain",
    "hussein", "huynh", "ibarra", "ibrahim", "inoue", "ionescu", "islam", "ito", "ivanov",
    "ivanova", "iversen", "iyer", "jackson", "jacobs", "jacobsen", "jain", "jakobsen", "james",
    "jankovic", "jansen", "janssen", "janssens", "jansson", "jensen", "jimenez", "johansen",
    "johansson", "johnson", "johnston", "jones", "jordan", "joshi", "jovanovic", "juarez", "jung",
    "kaiser", "kamara", "kang", "kaplan", "kapoor", "kariuki", "karlsen", "karlsson", "kato",
    "kaur", "kaya", "keita", "keller", "kelly", "kemp", "kennedy", "khalil", "khan", "kim",
    "kimura", "king", "klein", "knight", "kobayashi", "koch", "koenig", "kohler", "koller",
    "konig", "korhonen", "koroma", "kovac", "kovacs", "kovalenko", "kowalczyk", "kowalski",
    "kozlov", "kraus", "krause", "kristensen", "kruger", "kuhn", "kulkarni", "kumar", "kuznetsov",
    "laine", "lam", "lambert", "lang", "lange", "larsen", "larson", "larsson", "laurent",
    "lawrence", "lawson", "le", "lebedev", "leclerc", "lee", "lefebvre", "lefevre", "legrand",
    "lehmann", "lehtonen", "lemaire", "leon", "leroy", "levy", "lewandowski", "lewis", "li",
    "liang", "lim", "lin", "lindberg", "lindgren", "lindqvist", "lindstrom", "liu", "lloyd",
    "lombardi", "long", "lopes", "lopez", "lorenz", "lozano", "lucas", "ludwig", "luna", "lund",
    "lundgren", "lynch", "madsen", "maier", "makela", "malik", "mancini", "manninen", "marchand",
    "marchetti", "marek", "mariani", "marin", "marino", "marques", "marquez", "marshall",
    "martens", "martin", "martinelli", "martinez", "martini", "martins", "marx", "mason",
    "massimo", "matsumoto", "matthews", "maurer", "may", "mayer", "mazur", "mccarthy", "mcdonald",
    "mckenzie", "medina", "mehta", "meier", "mejia", "mendes", "mendez", "mendoza", "mensah",
    "mercier", "meyer", "miller", "mills", "mishra", "mitchell", "mohamed", "mohr", "molina",
    "moller", "montoya", "moore", "morales", "moran", "moreau", "moreira", "morel", "moreno",
    "moretti", "morgan", "mori", "morozov", "morris", "morrison", "moser", "moyo", "mueller",
    "mukherjee", "muller", "munoz", "murphy", "murray", "mutua", "mwangi", "myers", "nagy",
    "nair", "nakamura", "nasser", "navarro", "ndlovu", "nelson", "nemeth", "neubauer", "neumann",
    "newman", "ng", "ngo", "nguyen", "nicholson", "nielsen", "niemi", "nieminen", "nilsen",
    "nilsson", "nkosi", "noel", "nov", "novak", "novakova", "novikov", "nowak", "nunez", "nwosu",
    "o'brien", "o'connor", "o'donnell", "o'neill", "obrien", "oconnor", "odonnell", "ogawa",
    "okafor", "okeke", "oliveira", "olsen", "olson", "olsson", "oneill", "ong", "ono", "orlov",
    "ortega", "ortiz", "osei", "otieno", "owens", "ozdemir", "page", "palmer", "papadopoulos",
    "papp", "park", "parker", "parra", "patel", "paul", "pavlov", "payne", "pedersen",
    "pellegrini", "pena", "peralta", "pereira", "perera", "perez", "perrin", "perry", "persson",
    "peters", "petersen", "peterson", "petit", "petrov", "petrova", "petrovic", "pfeiffer",
    "pham", "phillips", "phiri", "picard", "pichler", "pierce", "pillai", "pinto", "pires",
    "popa", "popescu", "popov", "popovic", "porter", "powell", "price", "prieto", "quinn",
    "rahman", "ramirez", "ramos", "rao", "rasmussen", "ray", "reddy", "reed", "reid", "reis",
    "reyes", "reynolds", "ribeiro", "ricci", "richard", "richards", "richardson", "richter",
    "rios", "rivera", "rizzo", "robert", "roberts", "robertson", "robin", "robinson", "rocha",
    "rodrigues", "rodriguez", "rogers", "rojas", "roman", "romano", "romero", "rosa", "rose",
    "ross", "rossi", "roth", "rousseau", "roux", "roy", "rubio", "ruiz", "russell", "russo",
    "ryan", "saar", "saito", "sakamoto", "salas", "salazar", "salminen", "sanchez", "sanders",
    "sandoval", "santana", "santiago", "santoro", "santos", "sarkar", "sasaki", "sato", "sauer",
    "saunders", "schaefer", "schafer", "schmid", "schmidt", "schmitt", "schmitz", "schneider",
    "scholz", "schreiber", "schroder", "schubert", "schulte", "schultz", "schulz", "schumacher",
    "schuster", "schwarz", "scott", "seidel", "sen", "serrano", "shah", "sharma", "shaw",
    "shevchenko", "shimizu", "silva", "simmons", "simon", "simpson", "singh", "smirnov", "smit",
    "smith", "soares", "sokolov", "soler", "solis", "soto", "sousa", "spencer", "stein",
    "steiner", "stephens", "stevens", "stewart", "stone", "suarez", "sullivan", "sundberg",
    "suzuki", "svensson", "svoboda", "szabo", "takahashi", "tan", "tanaka", "tang", "taylor",
    "teixeira", "thomas", "thompson", "thomsen", "thomson", "thorsen", "torres", "toth", "tran",
    "traore", "tremblay", "turner", "unger", "vargas", "vasquez", "vazquez", "vega", "velasquez",
    "vera", "vidal", "vieira", "vincent", "virtanen", "vogel", "vogt", "volkov", "wagner",
    "walker", "wallace", "walsh", "walter", "wang", "wanjiru", "ward", "watanabe", "watson",
    "watts", "webb", "weber", "weis", "weiss", "wells", "werner", "west", "white", "wieczorek",
    "wilkinson", "williams", "williamson", "wilson", "winkler", "winter", "wojcik", "wolf",
    "wolff", "wong", "wood", "woods", "wright", "wu", "xu", "yadav", "yamada", "yamaguchi",
    "yamamoto", "yang", "yildiz", "yilmaz", "yoshida", "young", "yu", "yılmaz", "zhang", "zhao",
    "zheng", "zhou", "zhu", "ziegler", "zimmermann", "zuniga",
};

static const char *const countries[] = {
    "afghanistan", "albania", "algeria", "allemagne", "andorra", "angola", "argentina", "armenia",
    "australia", "austria", "azerbaijan", "bahamas", "bahrain", "bangladesh", "barbados",
    "belarus", "belgien", "belgium", "belize", "benin", "bhutan", "bolivia",
    "bosnia and herzegovina", "botswana", "brasil", "brazil", "brunei", "bulgaria",
    "burkina faso", "burundi", "cambodia", "cameroon", "canada", "cape verde", "chad", "chile",
    "china", "colombia", "congo", "costa rica", "croatia", "cuba", "cyprus", "czech republic",
    "czechia", "danmark", "denmark", "deutschland", "djibouti", "dominica", "dominican republic",
    "ecuador", "egypt", "el salvador", "england", "eritrea", "espana", "estonia", "eswatini",
    "ethiopia", "fiji", "finland", "france", "frankreich", "gabon", "gambia", "georgia",
    "germany", "ghana", "great britain", "greece", "grenada", "guatemala", "guinea", "guyana",
    "haiti", "honduras", "hong kong", "hungary", "iceland", "india", "indonesia", "iran", "iraq",
    "ireland", "israel", "italia", "italien", "italy", "ivory coast", "jamaica", "japan",
    "jordan", "kazakhstan", "kenya", "kiribati", "kosovo", "kuwait", "kyrgyzstan", "laos",
    "latvia", "lebanon", "lesotho", "liberia", "libya", "liechtenstein", "lithuania",
    "luxembourg", "madagascar", "malawi", "malaysia", "maldives", "mali", "malta", "mauritania",
    "mauritius", "mejico", "mexico", "moldova", "monaco", "mongolia", "montenegro", "morocco",
    "mozambique", "myanmar", "namibia", "nauru", "nepal", "netherlands", "new zealand",
    "nicaragua", "niederlande", "niger", "nigeria", "norge", "north korea", "north macedonia",
    "norway", "oman", "osterreich", "pakistan", "palau", "panama", "papua new guinea", "paraguay",
    "peru", "philippines", "poland", "polen", "portugal", "puerto rico", "qatar", "romania",
    "russia", "rwanda", "samoa", "saudi arabia", "schweiz", "scotland", "senegal", "serbia",
    "seychelles", "sierra leone", "singapore", "slovakia", "slovenia", "somalia", "south africa",
    "south korea", "south sudan", "spain", "spanien", "sri lanka", "sudan", "suisse", "suomi",
    "suriname", "sverige", "sweden", "switzerland", "syria", "taiwan", "tajikistan", "tanzania",
    "thailand", "togo", "tonga", "trinidad and tobago", "tunisia", "turkey", "turkmenistan",
    "tuvalu", "uganda", "uk", "ukraine", "united arab emirates", "united kingdom",
    "united states", "united states of america", "uruguay", "usa", "uzbekistan", "vanuatu",
    "venezuela", "vietnam", "wales", "yemen", "zambia", "zimbabwe",
};

static const char *const country_codes[] = {
    "ad", "ae", "af", "ag", "al", "am", "ao", "ar", "arg", "at", "au", "aus", "aut", "az", "ba",
    "bb", "bd", "be", "bel", "bf", "bg", "bgr", "bh", "bi", "bj", "bn", "bo", "br", "bra", "bs",
    "bt", "bw", "by", "bz", "ca", "can", "cd", "cf", "cg", "ch", "che", "chn", "ci", "cl", "cm",
    "cn", "co", "cr", "cu", "cv", "cy", "cz", "cze", "de", "deu", "dj", "dk", "dm", "dnk", "do",
    "dz", "ec", "ee", "eg", "er", "es", "esp", "et", "fi", "fin", "fj", "fm", "fr", "fra", "ga",
    "gb", "gbr", "gd", "ge", "gh", "gm", "gn", "gq", "gr", "grc", "gt", "gw", "gy", "hk", "hn",
    "hr", "hrv", "ht", "hu", "hun", "id", "ie", "il", "in", "ind", "iq", "ir", "irl", "is", "it",
    "ita", "jm", "jo", "jp", "jpn", "ke", "kg", "kh", "ki", "km", "kn", "kor", "kp", "kr", "kw",
    "kz", "la", "lb", "lc", "li", "lk", "lr", "ls", "lt", "lu", "lv", "ly", "ma", "mc", "md",
    "me", "mex", "mg", "mh", "mk", "ml", "mm", "mn", "mr", "mt", "mu", "mv", "mw", "mx", "my",
    "mz", "na", "ne", "ng", "ni", "nl", "nld", "no", "nor", "np", "nr", "nz", "om", "pa", "pe",
    "pg", "ph", "pk", "pl", "pol", "prt", "pt", "pw", "py", "qa", "ro", "rou", "rs", "ru", "rus",
    "rw", "sa", "sb", "sc", "sd", "se", "sg", "si", "sk", "sl", "sm", "sn", "so", "sr", "ss",
    "st", "sv", "swe", "sy", "sz", "td", "tg", "th", "tj", "tl", "tm", "tn", "to", "tr", "tt",
    "tur", "tv", "tw", "tz", "ua", "ug", "ukr", "us", "usa", "uy", "uz", "va", "vc", "ve", "vn",
    "vu", "ws", "ye", "za", "zaf", "zm", "zw",
};

static const char *const currencies[] = {
    "aed", "ars", "aud", "bgn", "bhd", "brl", "cad", "chf", "clp", "cny", "cop", "czk", "dkk",
    "egp", "eur", "gbp", "hkd", "hrk", "huf", "idr", "ils", "inr", "isk", "jod", "jpy", "kes",
    "krw", "kwd", "kzt", "lkr", "mad", "mxn", "myr", "ngn", "nok", "nzd", "omr", "pen", "php",
    "pkr", "pln", "qar", "ron", "rsd", "rub", "sar", "sek", "sgd", "thb", "tnd", "try", "twd",
    "uah", "usd", "uyu", "vnd", "zar",
};

static const char *const street_words[] = {
    "allee", "alley", "ave", "avenida", "avenue", "blvd", "boulevard", "calle", "camino",
    "chaussee", "chemin", "circle", "close", "corso", "court", "crescent", "ct", "damm", "dr",
    "drive", "estrada", "gasse", "gata", "gate", "grove", "highway", "hwy", "impasse", "laan",
    "lane", "ln", "mews", "parkway", "passage", "piazza", "pike", "pkwy", "pl", "place", "platz",
    "plaza", "quai", "rd", "ring", "road", "route", "row", "rua", "rue", "square", "st", "str",
    "straat", "strada", "strasse", "straße", "street", "terrace", "trail", "turnpike", "ufer",
    "ul", "ulica", "utca", "vei", "vej", "via", "viale", "walk", "way", "weg",
};

static const char *const street_endings[] = {
    "allee", "damm", "gade", "gasse", "gata", "gatan", "gracht", "kade", "katu", "laan", "platz",
    "plein", "steeg", "str", "str.", "straat", "strasse", "straße", "ufer", "vagen", "veien",
    "vej", "weg",
};

static const char *const company_forms[] = {
    "&", "a/s", "ab", "ag", "aps", "as", "b.v.", "bv", "co", "co.", "company", "corp", "corp.",
    "corporation", "e.v.", "eg", "ev", "foundation", "gmbh", "group", "holding", "holdings",
    "inc", "inc.", "kft", "kg", "l.l.c.", "limited", "llc", "ltd", "ltd.", "mbh", "n.v.", "nv",
    "ohg", "oy", "oyj", "partners", "plc", "pty", "s.a.", "s.p.a.", "s.r.l.", "sa", "sarl", "sas",
    "se", "sp.", "spa", "srl", "ug", "zrt",
};

static const char *const genders[] = {
    "boy", "d", "divers", "diverse", "donna", "f", "female", "femenino", "femme", "femmina",
    "frau", "girl", "hombre", "homme", "m", "male", "man", "mann", "mannlich", "maschio",
    "masculino", "men", "mujer", "non-binary", "nonbinary", "other", "uomo", "weiblich", "woman",
    "women", "x",
};
// clang-format on

typedef struct dictionary {
    const char *const *words;
    size_t n;
} dictionary;

static const dictionary dictionaries[TW_DICTIONARIES] = {
    [TW_GIVEN_NAMES] = {given_names, TW_COUNT(given_names)},
    [TW_SURNAMES] = {surnames, TW_COUNT(surnames)},
    [TW_COUNTRIES] = {countries, TW_COUNT(countries)},
    [TW_COUNTRY_CODES] = {country_codes, TW_COUNT(country_codes)},
    [TW_CURRENCIES] = {currencies, TW_COUNT(currencies)},
    [TW_STREET_WORDS] = {street_words, TW_COUNT(street_words)},
    [TW_STREET_ENDINGS] = {street_endings, TW_COUNT(street_endings)},
    [TW_COMPANY_FORMS] = {company_forms, TW_COUNT(company_forms)},
    [TW_GENDERS] = {genders, TW_COUNT(genders)},
};

/* Lower case without accents, at most 63 bytes; empty when it does not fit. */
static tw_str fold(tw_str word, char out[64]) {
    tw_buf bare, lower;
    tw_str folded = {out, 0};
    if (word.n == 0 || word.n > 63)
        return folded;
    tw_buf_init(&bare, 256);
    tw_buf_init(&lower, 256);
    bool good = tw_text_normalize(&bare, word, TW_STRIP_MARKS) &&
                tw_text_case(&lower, tw_buf_view(&bare), TW_CASE_LOWER);
    if (good && lower.n < 64) {
        memcpy(out, lower.p, lower.n);
        folded.n = lower.n;
    }
    tw_buf_fini(&bare);
    tw_buf_fini(&lower);
    return folded;
}

static bool has(const dictionary *d, tw_str word) {
    size_t lo = 0, hi = d->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        int way = tw_str_cmp(tw_str_c(d->words[mid]), word);
        if (way == 0)
            return true;
        if (way < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return false;
}

bool tw_dictionary_has(enum tw_dictionary which, tw_str word) {
    char text[64];
    tw_str folded = fold(word, text);
    return folded.n > 0 && has(&dictionaries[which], folded);
}

bool tw_dictionary_ends(enum tw_dictionary which, tw_str word) {
    char text[64];
    tw_str folded = fold(word, text);
    for (size_t i = 0; i < dictionaries[which].n; i++) {
        tw_str end = tw_str_c(dictionaries[which].words[i]);
        if (folded.n > end.n && tw_str_ends(folded, end))
            return true;
    }
    return false;
}
