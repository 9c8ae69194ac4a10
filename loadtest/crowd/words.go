package crowd

import "fmt"

// nameOf gives the i-th of the crowd a name.
func nameOf(i int) string {
	first := firsts[i%len(firsts)]
	if round := i / len(firsts); round > 0 {
		return fmt.Sprintf("%s %c.", first, 'A'+rune((i*7+round)%26))
	}
	return first
}

var firsts = []string{
	"Ada", "Amira", "Anselm", "Aoife", "Bao", "Beatriz", "Björn", "Carmen", "Chidi", "Chloé", "Dalia", "Deniz", "Diego", "Elif", "Emeka",
	"Esther", "Farid", "Fatou", "Finn", "Giulia", "Hana", "Haruki", "Ines", "Ivo", "Jamal", "Jana", "João", "Kaya", "Kofi", "Lars", "Leila",
	"Linh", "Luca", "Maja", "Mateo", "Mei", "Mina", "Mohamed", "Nadia", "Ngozi", "Nikhil", "Noor", "Olena", "Omar", "Paulina", "Pedro",
	"Priya", "Rafael", "Rania", "Ravi", "Rosa", "Samir", "Sanne", "Seo-yeon", "Sofia", "Tariq", "Thandi", "Tomasz", "Uma", "Viktor", "Wanjiru",
	"Xavier", "Yara", "Yuki", "Zofia", "さくら", "ليلى", "Даша",
}

// remarks are what people write while they watch.
var remarks = []string{
	"Hello from Lisbon!", "Hello from Nairobi 👋", "First time here, this is great", "The sound is perfect today", "Can you go back one slide?",
	"That demo was so quick", "Love this", "👏👏👏", "Good evening from Osaka", "こんばんは!", "Bonjour de Lyon", "مرحبا من عمّان", "Привет из Тбилиси",
	"I have been waiting for this all week", "Wait, it does that already?", "Same question here", "Yes please, the second one", "That chart says it all",
	"Is there a link to the slides?", "The slides will be on the page after the show", "Nice pace, not too fast", "My team watches together, hi from all of us",
	"I tried this yesterday and it just worked", "We had the same trouble last year", "Thank you for showing the failure case too", "This is the part I came for",
	"Wow", "So good", "I did not expect that", "Could you make the text a little larger?", "Much better, thanks", "Coffee in hand, ready", "haha true",
	"That one took us a month to learn", "Please write this down somewhere", "It is in the docs, chapter two", "Live from the train, and it still works",
	"The last answer was really helpful", "Can somebody explain the second point?", "It means you pay once, not for each viewer", "Ah, now I get it, thanks!",
	"¡Saludos desde Bogotá!", "Grüße aus Leipzig", "안녕하세요", "Olá do Porto", "Merci pour la réponse claire", "I would vote for that question twice if I could",
	"More of these, please", "When is the next one?", "Next Thursday, same time", "My cat watches too 🐈", "The speaker is on fire today", "Clear and to the point",
	"Numbers! Finally numbers!", "Can we get that as a chart?", "That is a bold claim, curious about the proof", "Proof is coming in ten minutes, apparently",
	"I am taking so many notes", "Greetings from a rainy Hamburg", "Sunny here in Cape Town ☀️", "What a crowd tonight", "Hearts for the camera team",
	"Best one so far", "Thank you all, this room is kind", "Following along on my phone", "The overlay looks lovely",
}

// asks are what people want to know.
var asks = []string{
	"How does this behave when the network of a venue drops for half a minute?", "Will there be a recording, and will the questions be in it?",
	"What did you try first that did not work?", "How many people can watch at once before you need a second machine?",
	"Is there an offline mode planned?", "How do you keep the chat readable when everybody writes at once?", "Which part took the longest to get right?",
	"Can I use it in my own product without sending data elsewhere?", "What happens to my question when nobody gets to it today?",
	"How do you test something like this before the day?", "Do you plan to support live captions?", "What would you do differently if you began again?",
	"How do moderators work together without stepping on each other?", "Is the vote count exact or an estimate?", "¿Habrá subtítulos en español?",
	"Can a speaker see the questions on a second screen?", "What does a small event of fifty people need?", "How do you protect the room from a raid?",
	"Which of today's ideas would you start with on Monday?", "Est-ce que les diapositives seront disponibles après ?", "How is the team organised behind the scenes?",
	"What is the largest show that you have run so far?", "Do hearts count for anything, or are they just fun?", "Will there be an event in Asia this year?",
	"How much of this runs on a normal laptop?", "What is your advice for a first-time host?", "Could you show the slow network example again?",
	"How do you decide what to show when there are thousands of comments?", "Is there a way to follow along by phone only?", "What comes next?",
}

// answers are written under answered questions now and then.
var answers = []string{
	"Yes. It will be on this page tonight, with all answered questions beside it.",
	"Start small: one room, one moderator, and a rehearsal of ten minutes.",
	"It goes on from where it was. Nothing that was accepted is lost.",
	"We had it wrong twice. The third way is the one you saw on the slide.",
	"Next spring. We tell you here first.",
}
