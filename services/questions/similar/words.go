package similar

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Words whose presence says little about what is asked: function words, forms of politeness and the verbs that any question
// may be built with (come, give, show, use) of several languages, as they are after folding. A language that is missing is not wrong, it is only judged by lengths and frequencies.
var light = set(`
a an the is are was were be been being am do does did doing has have had can could will would shall should may might must
to of in on at by for from with and or but if so as it its this that these those there here i we you he she they me us
him her them my our your his their please tell say know want just also any some get got going go thanks thank hello
hi hey what which how s t d ll re ve m im id question wondering wonder ask guys everyone sorry actually really both each
every many bit lot lots someone anyone somebody anybody everybody other another even still yet already possible possibly need needs needed necessary required available allowed ok okay use
uses used using during about into than then too very much long make makes made near
der die das ein eine einen einem einer des dem den ist sind war waren sein bin hat haben hatte kann konnen konnte konntet
konntest wird werden wurde wurden soll sollen darf muss mussen mochte zu zum zur von vom im in am an auf bei mit nach fur
und oder aber wenn dass ob es er sie wir ihr ich du man mir uns euch mein unser euer bitte sagen sagt sag wissen weiss gibt
geben mal auch denn noch nur doch hallo danke was welche welcher welches wie eigentlich hier da so sich frage gerne beim
eure euren eurem eurer dein deine deinen unsere seid wurdest wurdet konnten habt hattet moglich notig erlaubt verfugbar
jeder jede jedes viele jemand mussen brauchen braucht brauche benutzt benutzen viel wieviel schon ihm ihn ihnen nun uber aus dieser diese dieses lang lange nahe neben
le la les l un une des du de d est sont etait sera serait etre ai as a avons avez ont peut peuvent pouvez pourriez puis
peux pourrait va vont y en au aux dans sur par pour avec et ou mais si que qu ce c cet cette ces il elle on nous vous je j
tu ils elles me m te t se s mon ma mes notre nos votre vos son sa ses svp plait dire dites savoir veux voudrais merci
bonjour quel quelle quels quelles comment quoi n possible necessaire obligatoire disponible disponibles faut avoir etes
chaque plusieurs beaucoup quelqu ici trouve utilisez utiliser utilise faire fait bien tres apres avant ses leur leurs lui cette temps pres cote
el la los las un una unos unas del de al a es son era fue sera ser estar esta estan hay ha han he puede pueden puedo podria
podrian podemos va van en por para con y o pero si que lo le les se me nos te mi mis su sus nuestro este esto ese eso usted
ustedes yo tu favor decir dice dime saber quiero quisiera gracias hola cual cuales como posible necesario necesaria hace
hacen falta hacer disponible disponibles permitido permitida vuestro vuestra vuestros usa usas usan usar tienen tiene mucho tiempo muy cerca lado cada muchos muchas alguien aqui encuentra encuentran desde partir pedir pido piden hacia
o os as um uma do da dos das no na nos nas em por para com e ou mas se que eu voce voces nos ele ela isso isto este pode
podem posso vai vao ser estar tem ha foi obrigado ola qual quais como favor dizer saber
il lo gli i uno una di del della dei delle al alla ai ogni molti molte qualcuno qui trova in nel nella su sul con per e o ma se che e sono era sara essere ha
hanno ho puo possono posso potete si ci mi ti vi mio nostro vostro questo quello prego grazie ciao quale quali come dire sapere
het een van in op aan bij met voor naar en of maar als dat dit is zijn was waren heeft hebben kan kunnen zal zullen wordt
worden ik jij je wij we u er hier aub alstublieft hallo wat welke hoe
и в на с со к у о об от до из за по для а но или если что это этот эта эти то та те он она они мы вы я ты его ее их мне
каждый много здесь находится нам вам меня нас вас мой наш ваш есть был была было были будет будут быть можно может могу могут пожалуйста скажите
подскажите ли же бы как какой какая какое какие сколько здравствуйте привет спасибо
هل في من الى علي عن مع هذا هذه ذلك تلك هو هي هم نحن انا انت انتم ان ما ماذا كيف اي لو سمحت فضلك يمكن يمكنني يمكننا
يمكنكم ممكن او و كان كانت يكون تكون سيكون ستكون سوف قد لكم لنا لي شكرا مرحبا اريد نريد اود معرفه تخبرنا تخبروننا هناك
يوجد توجد يتم سيتم يجب مطلوب مطلوبه متاح متاحه الذي التي عند بعد قبل اي كل بها به فيها فيه باي لاي تستخدم تستخدمه قرب قريب جانب
は が を に で と も の へ か ね よ から まで です ます ますか ですか でしょうか ください お願いします ある あります ありますか いる
います いますか する します しますか して できます できますか でき なに 何 どの どんな どう その この あの こと もの それ これ
可能 必要 願 使
come comes coming came give gives given giving show shows see look looks looking share shares sharing plan plans planned planning
work works working explain offer offers if'd
kommt kommen komme komm kommst geht gehen lauft laufen macht machen mache gemacht zeigen zeigt zeig sehen geben sucht suchen
findet finden funktioniert verwendet verwenden nutzt nutzen genutzt nochmal geplant plant plane teilen welchem welchen sollte
musst muss darfst brauchst worden werdet
venir venez viens vient viendrez aller allez allons passer passez passe prendre prenez cherchez chercher trouver voir montrer
montrez marche fonctionne fonctionner donner donnez partager partagez prevu prevue prevus aura auront existe suis serez
venir vienen viene vienes vendran vendra vendreis buscan buscar dar dan ver mostrar compartir comparten funciona funcionan habra
haber existe previsto prevista ofrecen ofrece
vem vir venham dar faz faco fazer fazem minha meu meus minhas nossa usar usou usaram usa usam ter tera haver havera existe
cada muitos muitas alguem fica ficam aqui compartilhar partilhar permitido permitida funciona funcionam mostrar ver da
verrete venite viene vieni venire dare date fare fate fa avete hai usare usato usate usa vedere mostrare condividere funziona
funzionano stati stato stata esiste previsto prevista mia nostra vostra
gaat komen komt maken doen doet geven laten zien delen gebruiken gebruikt werkt
работает работают делает делать дать дайте свой свои свою себе покажите показать поделитесь использует используете
تعمل يعمل تستخدمون تشاركون تشاركوننا مشاركه ستاتون تاتون
教 見 作 出来 again once
apakah apa bagaimana gimana cara yang di ke dari untuk dan atau ini itu saya kami kita anda kalian ada bisa akan sudah dengan pada
juga dong ya kak min mohon tolong terima kasih halo
있나요 있습니까 있어요 있을까요 인가요 입니까 하나요 합니까 해요 되나요 됩니까 될까요 할까요 수 어떻게 무엇 뭐 뭔가요 무엇인가요 좀 이 그 저 것 거 그리고 혹시 안녕하세요 감사합니다
he his two its own once more later could would put take taken bring come coming comes came happens happened
нужен нужна нужно нужны надо нем ней них него неё нее это этот эта эту эти того если когда то бы быть там тут сколько-то очень самый самое
kommt komme kommen macht mache ganz sehr einfach ihren ihrem jetzt wann wurde gehen nehmen genommen stehen liegt lasst lassen
met mettre mets prendre prend vient venir chez soi ceux celle celui aussi alors donc rien
poner pone ponen traer llevar lleva llevan tomar viene dan daran doy trae traen pueda
able allowed allow allows let lets permitted permit plan plans planned planning intend supposed currently right sort kind type way
amount number whole else anyway somehow please
durfen durft gestattet kannst konnt wollt wollen willst geplant plant planen plane vorgesehen gedacht bekommt bekomme bekommen kriegt kriege
kriegen gibts etwas bisschen ungefahr art weise anzahl zahl vielleicht uberhaupt momentan gerade aktuell dabei selbst dran ihrs gehts
permis permise autorise autorisee prevu prevue prevus prevoyez comptez envisagez pensez existe existera aura auront auriez sera seront
moyen maniere facon genre type nombre actuellement vraiment encore aussi deja toujours peu petit serait possibles besoin
habra habran tendra tendran haran hara previsto prevista piensan planean planes existe existen hubo permite permiten permitidos manera
forma tipo clase numero cantidad actualmente todavia tambien poco alguno alguna algun algunos aun ya acaso ofrecen deja dejan
havera tera terao farao fara pretende pretendem planejam permite permitem permitido permitida maneira jeito forma tipo numero ainda tambem
ci sara saranno avra avranno farete pensate prevedete permesso consentito modo maniera tipo numero ancora anche gia
mag mogen mogelijk gepland plannen plan manier soort aantal ook nog wel eigenlijk
можете могу сможете разрешено разрешается допускается планируете планируется собираетесь намерены существует бывает имеется способ образом
вид тип число количество сейчас вообще тоже уже еще хотя нибудь пожалуйста какой какая какое каким какую каком какою будут собираешься надо
مسموح يسمح ممكن بامكاني بامكاننا تنوون تخططون تفكرون تعتزمون سيكون ستكون يتم سيتم ضروري طريقه نوع عدد حاليا ايضا بالفعل توجد يوجد هنالك اريد نريد عبر خلال
주세요 알려주세요 궁금합니다 우리 저희 제가 어떤 무슨 뭔 어떻 누구 누가 왜 언제 어디 얼마 가능한가요 가능합니까 필요한가요 주시나요
`)

// Words that turn a question round.
var turns = set(`
not no never without don doesn didn isn aren wasn won can't cannot cant dont doesnt isnt arent wont nobody none nothing
nicht kein keine keinen keiner keinem nie niemals ohne nichts niemand
ne pas jamais aucun aucune sans rien personne non
no nunca sin ningun ninguna ninguno nada nadie tampoco
nao nem sem nunca nenhum nenhuma
non mai senza nessun nessuno nessuna niente
niet geen nooit zonder niets
не нет без никогда ни нельзя никто ничего
لا لم لن ليس ليست غير بدون دون ابدا
tidak bukan tanpa belum jangan
degil yok olmadan hic asla
nie bez nigdy
안 못
`)

// Endings and words of scripts without spaces that do the same; looked for anywhere.
var turnsWithin = decomposed("ない", "ません", "なし", "無し", "不", "没", "沒", "ไม่", "없", "않", "아니")

// poles are pairs of words that are too short to weigh, and turn a question into another: on and off.
var poles = [][2]string{
	{"on", "off"}, {"up", "down"}, {"in", "out"}, {"with", "without"}, {"before", "after"}, {"ein", "aus"}, {"an", "aus"},
	{"auf", "ab"}, {"auf", "zu"}, {"mit", "ohne"}, {"vor", "nach"}, {"avec", "sans"}, {"avant", "apres"}, {"con", "sin"},
	{"antes", "despues"}, {"com", "sem"}, {"con", "senza"}, {"met", "zonder"}, {"с", "без"}, {"до", "после"}, {"قبل", "بعد"},
	{"オン", "オフ"},
}

// asks are words that ask for one kind of thing: two questions with different ones are two questions.
var asks = kinds(map[kind]string{
	when:  "when time wann uhr quand heure cuando hora quando wanneer когда متي kapan kiedy",
	where: "where wo ou donde adonde onde dove waar где куда اين mana gdzie nerede",
	who:   "who wer wem wen qui quien quienes quem chi кто siapa kto kim",
	why:   "why reason reasons warum wieso weshalb grund grunde pourquoi raison raisons motif motifs razon razones motivo motivos razao perche ragione waarom reden почему зачем причина причине причины لماذا سبب kenapa mengapa alasan dlaczego powod neden sebep",
	price: "cost costs price prices fee fees expensive kostet kosten teuer preis preise coute coutent prix tarif tarifs cuesta cuestan precio precios custa " +
		"custam preco precos costa costano prezzo prezzi kost prijs стоит стоят цена цены стоимость سعر اسعار ثمن تكلفه بكم harga biaya fiyat cena",
	age: "old age aged alt alter age ans edad anos idade eta anni leeftijd лет возраст возраста عمر العمر umur usia yas wiek",
	named: "name names called title titel heisst heissen heisse nom titre appelle appelles appelez appellent nombre titulo llama llamas llaman nome chama chamam " +
		"chiama chiami chiamano naam heet зовут звать название называется называют имя اسم اسمه اسمها اسمك يسمي تسمي nama adi isim nazwa imie",
	long:  "lasts duration dauer dauert dure duree dura duracion duracao durata durasi длится длительность продолжительность مده المده",
	often: "often frequently frequency oft haufig haufigkeit frequemment frequence frecuencia frequencia frequenza vaak часто частота",
	many:  "combien cuanto cuanta cuantos cuantas quanto quanta quanti quante berapa ile kac",
})

// asksWithin are those of scripts without spaces.
var asksWithin = []struct {
	word string
	kind kind
}{
	{"叫什么", named}, {"叫什麼", named}, {"名字", named}, {"名前", named}, {"이름", named}, {" how long ", long}, {" how much time ", long}, {" how often ", often}, {" how frequently ", often}, {" how many times ", often}, {" how many ", many},
	{" what number of ", many}, {" wie lange ", long}, {" wie oft ", often}, {" wie haufig ", often}, {" wie viele ", many}, {" wie vielen ", many},
	{" combien de temps ", long}, {" a quelle frequence ", often}, {" tous les combien ", often}, {" combien de fois ", often},
	{" cuanto tiempo ", long}, {" con que frecuencia ", often}, {" cada cuanto ", often}, {" cuantas veces ", often},
	{" quanto tempo ", long}, {" com que frequencia ", often}, {" quantas vezes ", often}, {" ogni quanto ", often}, {" quante volte ", often},
	{" hoe lang ", long}, {" hoe vaak ", often}, {" как долго ", long}, {" сколько времени ", long}, {" как часто ", often}, {" сколько раз ", often},
	{" сколько ", many}, {" كم من الوقت ", long}, {" كم مره ", often}, {" كم ", many}, {"多长时间", long}, {"多長時間", long}, {"多久一次", often}, {"几次", often}, {"多久", long},
	{"何時間", long}, {"何分間", long}, {"何日間", long}, {"何回", often}, {"頻度", often}, {"얼마나 자주", often}, {"얼마나 오래", long}, {"몇 시간", long}, {"몇 번", often},
	{"por que ", why}, {"哪天", when}, {"几号", when}, {"幾號", when}, {"何时", when}, {"언제", when}, {"몇 시", when}, {"어디", where}, {"누가", who}, {"누구", who}, {"왜", why}, {"이유", why}, {"理由", why}, {"原因", why}, {"얼마", price}, {"몇 살", age}, {"몇 명", many},
	{"哪里", where}, {"哪裡", where}, {"哪儿", where}, {"什么时候", when}, {"什麼時候", when}, {"几点", when}, {"幾點", when}, {"为什么", why}, {"為什麼", why},
	{"谁", who}, {"多少人", many}, {"几个", many}, {"幾個", many}, {"いつ", when}, {"何時", when}, {"何日", when}, {"どこ", where}, {"何処", where}, {"誰", who}, {"だれ", who}, {"なぜ", why},
	{"値段", price}, {"料金", price}, {"价格", price}, {"價格", price}, {"多少钱", price}, {"多少錢", price}, {"何歳", age}, {"几岁", age}, {"幾歲", age},
	{"年齢", age}, {"年龄", age}, {"年齡", age}, {"どうして", why}, {"何故", why}, {"いくら", many}, {"いくつ", many}, {"何人", many},
}

type kind uint16

const (
	when kind = 1 << iota
	where
	who
	why
	many
	price
	age
	often // how often
	long  // how long it takes
	named // what it is called
)

func set(words string) map[string]bool {
	all := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		all[spell(fold(w))] = true
	}
	return all
}

// decomposed are pieces that are looked for where Hangul stands by its letters, so that an ending hides none.
func decomposed(parts ...string) []string {
	for i, p := range parts {
		parts[i] = norm.NFD.String(p)
	}
	return parts
}

func kinds(words map[kind]string) map[string]kind {
	all := make(map[string]kind)
	for k, list := range words {
		for _, w := range strings.Fields(list) {
			all[spell(fold(w))] |= k
		}
	}
	return all
}
