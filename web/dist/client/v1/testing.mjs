// client/testing/fake.ts
var e = /* @__PURE__ */ new Set([
	"open",
	"answering",
	"answered"
]), t = {
	approve: [["pending", "rejected"], "open"],
	reject: [["pending", "open"], "rejected"],
	highlight: [["open"], "answering"],
	unhighlight: [["answering"], "open"],
	queue: [["open"], "open"],
	unqueue: [["open"], "open"],
	answer: [["open", "answering"], "answered"],
	archive: [[
		"pending",
		"open",
		"answering",
		"answered",
		"rejected"
	], "archived"],
	restore: [["archived"], "open"]
}, n = class {
	room;
	hearts = {};
	comments = [];
	questions = /* @__PURE__ */ new Map();
	received = [];
	reports = [];
	onAir;
	pinned;
	notShown = 0;
	extraViewers = 0;
	refuse;
	mute = !1;
	#e = /* @__PURE__ */ new Set();
	#t = 1;
	#n = 0;
	#r;
	#i;
	#a = 0;
	#o = /* @__PURE__ */ new Map();
	#s = /* @__PURE__ */ new Map();
	constructor(e = {}) {
		this.room = {
			room: e.room ?? "launch",
			title: e.title ?? "Launch",
			state: e.state ?? "live",
			kinds: e.kinds ?? [
				"heart",
				"clap",
				"fire",
				"laugh",
				"wow"
			],
			labels: e.labels ?? [],
			commentMode: "everyone",
			anonymousQuestions: !0,
			startedMs: String(Date.now() - 6e5)
		}, this.#r = this.#l(), e.tickMs && (this.#i = setInterval(() => this.tick(), e.tickMs));
	}
	stop() {
		clearInterval(this.#i);
	}
	get WebSocket() {
		let e = (e) => this.accept(e);
		return class {
			readyState = 0;
			onopen = null;
			onmessage = null;
			onclose = null;
			onerror = null;
			#b;
			constructor(t, n) {
				if (![n].flat().includes("ovation.v1.json")) throw Error("the fake server speaks ovation.v1.json only: leave `subprotocol` out");
				this.#b = e({
					deliver: (e) => queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(e) })),
					end: (e, t) => queueMicrotask(() => {
						this.readyState !== 3 && (this.readyState = 3, this.onclose?.({
							code: e,
							reason: t
						}));
					})
				}), queueMicrotask(() => {
					this.readyState === 0 && (this.readyState = 1, this.onopen?.({}));
				});
			}
			send(e) {
				this.#b.frame(String(e));
			}
			close() {
				this.readyState = 3, this.#b.gone();
			}
		};
	}
	accept(e) {
		let t = {
			...e,
			hello: void 0,
			person: "",
			name: "",
			role: "viewer"
		};
		return {
			frame: (e) => {
				if (this.mute) return;
				let n = JSON.parse(e);
				this.received.push(n), this.#d(t, n);
			},
			gone: () => void this.#e.delete(t)
		};
	}
	drop(e = 1006, t = "") {
		for (let n of this.#e) n.end(e, t);
		this.#e.clear();
	}
	goodbye(e, t, n = 0, r = "") {
		for (let e of this.#e) e.deliver({ goodbye: {
			reason: t,
			reconnectAfterMs: String(n),
			message: r
		} });
		this.drop(e, t);
	}
	newEpoch() {
		this.#t++, this.#n = 0, this.comments.length = 0, this.questions.clear();
		for (let e of Object.keys(this.hearts)) delete this.hearts[e];
	}
	broadcast(e) {
		for (let t of this.#e) t.deliver(e);
	}
	comment(e, t, n = {}) {
		let r = {
			comment: this.#y("c"),
			person: `p-${e}`,
			name: e,
			role: "viewer",
			text: t,
			atMs: String(Date.now()),
			...n
		};
		return this.#h(r), r;
	}
	question(e, t, n = "pending", r = {}) {
		let i = this.#y("q"), a = `p-${e}`;
		return this.questions.set(i, {
			question: i,
			person: a,
			name: e,
			text: t,
			state: n,
			revision: "1",
			votes: "0",
			votesUpto: "0",
			askedMs: String(Date.now()),
			...r,
			asker: a,
			askerName: e,
			voters: /* @__PURE__ */ new Set()
		}), this.#r.touched.add(i), i;
	}
	heart(e = "heart", t = 1) {
		this.hearts[e] = (this.hearts[e] ?? 0) + t, this.#r.hearts.add(e);
	}
	remove(e) {
		let t = this.comments.findIndex((t) => t.comment === e);
		t >= 0 && this.#s.set(e, {
			at: t,
			comment: this.comments.splice(t, 1)[0]
		}), this.pinned?.comment?.comment === e && this.pin(""), this.#r.removed.push(e);
	}
	pin(e) {
		let t = this.comments.find((t) => t.comment === e);
		this.pinned = t && { comment: t }, this.#r.pinned = !0;
	}
	#c(e) {
		let t = this.#s.get(e);
		if (t) return this.#s.delete(e), this.comments.splice(t.at, 0, t.comment), this.#r.restored.push(t.comment), t.comment;
	}
	become(e) {
		this.room.state = e, e === "ended" && (this.room.endedMs = String(Date.now())), this.#r.room = !0;
	}
	tick() {
		let e = this.#r;
		this.#r = this.#l(), this.#n++;
		for (let t of this.#e) t.deliver({ tick: this.#u(t, e) });
	}
	#l() {
		return {
			comments: [],
			edited: [],
			restored: [],
			pinned: !1,
			onAir: !1,
			removed: [],
			touched: /* @__PURE__ */ new Set(),
			voted: /* @__PURE__ */ new Set(),
			hearts: /* @__PURE__ */ new Set(),
			room: !1
		};
	}
	#u(t, n) {
		let a = [...n.touched].map((e) => this.questions.get(e)).filter(Boolean), o = {
			cursor: this.#g(),
			atMs: String(Date.now()),
			viewers: String(this.#v())
		};
		n.hearts.size && (o.hearts = Object.fromEntries([...n.hearts].map((e) => [e, String(this.hearts[e])]))), n.comments.length && (o.comments = n.comments), n.removed.length && (o.removed = n.removed), n.edited.length && (o.edited = n.edited), n.restored.length && (o.restored = n.restored), n.onAir && this.onAir && (o.onAir = this.onAir), n.pinned && (o.pinned = this.pinned ?? {}), this.notShown && (o.notShown = String(this.notShown)), n.room && (o.room = this.room);
		let s = a.filter((t) => e.has(t.state));
		s.length && (o.questions = s.map(r));
		let c = a.filter((t) => !e.has(t.state)).map((e) => e.question);
		c.length && (o.gone = c);
		let l = [...n.voted].filter((e) => !n.touched.has(e)).map((e) => this.questions.get(e));
		return l.length && (o.votes = l.map((e) => ({
			question: e.question,
			votes: e.votes,
			upto: e.votesUpto
		}))), t.role !== "viewer" && a.length && (o.moderation = {
			questions: a.map(i),
			pending: this.#_()
		}), o;
	}
	#d(e, t) {
		if (t.hello) return this.#f(e, t.hello);
		if (!e.hello) return e.end(4500, "BAD_HELLO");
		if (t.tap) return this.heart(t.tap.kind, t.tap.count ?? 0);
		let n = t.id ?? "", i = (t, r) => e.deliver({ fault: {
			id: n,
			reason: t,
			message: r
		} }), a = t.post?.requestId ?? t.ask?.requestId ?? t.moderate?.requestId ?? "", o = this.#o.get(a), s = (t) => {
			a && this.#o.set(a, t), e.deliver({ ack: {
				...t,
				id: n
			} });
		};
		if (o) return s(o);
		if (this.room.state === "ended" && (t.post || t.ask || t.vote)) return i("ROOM_ENDED", "this room has ended");
		if (t.post) {
			let n = {
				comment: this.#y("c"),
				person: e.person,
				name: e.name,
				role: e.role,
				text: t.post.text ?? "",
				atMs: String(Date.now())
			}, r = this.comments.find((e) => e.comment === t.post?.replyTo);
			return r && (n.reply = {
				comment: r.comment,
				person: r.person,
				name: r.name
			}), n.text?.trim() ? (this.#h(n), s({ comment: n })) : i("TEXT_EMPTY", "write something first");
		}
		if (t.ask) {
			let n = t.ask.anonymous ? "" : e.name, i = this.question(e.name, t.ask.text ?? "", "pending", {
				anonymous: t.ask.anonymous ?? !1,
				label: t.ask.label ?? ""
			}), a = this.questions.get(i);
			return Object.assign(a, {
				asker: e.person,
				person: t.ask.anonymous ? "" : e.person,
				name: n
			}), s({ question: r(a) });
		}
		if (t.vote) {
			let n = this.questions.get(t.vote.question ?? "");
			if (!n) return i("QUESTION_NOT_FOUND", "there is no such question");
			let r = n.voters.has(e.person), a = t.vote.up ?? !1;
			return r !== a && (n.votes = String(Number(n.votes) + (a ? 1 : -1))), a ? n.voters.add(e.person) : n.voters.delete(e.person), n.votesUpto = String(++this.#a), this.#r.voted.add(n.question), s({ vote: {
				question: n.question,
				...a && { up: a }
			} });
		}
		if (t.withdraw) return this.#m(e, "withdrawn", t.withdraw.question ?? "", void 0, s, i);
		let c = (t = "") => this.comments.find((n) => n.comment === t && n.person === e.person);
		if (t.edit) {
			let e = c(t.edit.comment);
			return e ? (Object.assign(e, {
				text: t.edit.text ?? "",
				editedMs: String(Date.now())
			}), this.#r.edited.push(e), s({ comment: e })) : i("COMMENT_NOT_FOUND", "there is no such comment of yours");
		}
		if (t.delete) return !c(t.delete.comment) && e.role === "viewer" ? i("PERMISSION_DENIED", "that comment is not yours") : (this.remove(t.delete.comment ?? ""), s({}));
		if (t.undelete) {
			let n = this.#c(t.undelete.comment ?? "");
			return n?.person === e.person ? s({ comment: n }) : i("UNDO_EXPIRED", "there is nothing to take back");
		}
		if (t.similar) {
			let e = new Set((t.similar.text ?? "").toLowerCase().match(/\p{L}{3,}/gu));
			return s({ similar: { questions: [...this.questions.values()].filter((t) => t.state === "open" && (t.text ?? "").toLowerCase().match(/\p{L}{3,}/gu)?.some((t) => e.has(t))).slice(0, 3).map((e) => ({
				question: e.question,
				text: e.text,
				votes: e.votes,
				score: .5,
				state: e.state
			})) } });
		}
		if (t.report) return this.reports.push({
			person: e.person,
			item: t.report.comment ?? t.report.question ?? "",
			reason: t.report.reason ?? ""
		}), s({});
		if (t.mine) {
			let t = [...this.questions.values()].filter((t) => t.asker === e.person);
			return e.deliver({ mine: { questions: t.map(r) } }), s({});
		}
		if (t.pace || t.auth) return s({});
		if (t.moderate) return this.#p(e, t.moderate, s, i);
		i("UNKNOWN_VERB", "this server does not know that verb");
	}
	#f(t, n) {
		let a = this.refuse ?? (n.room === this.room.room ? void 0 : {
			code: 4504,
			reason: "ROOM_NOT_FOUND",
			message: "there is no such room"
		});
		if (a) return t.deliver({ goodbye: {
			reason: a.reason,
			message: a.message ?? ""
		} }), t.end(a.code, a.reason);
		let o = n.token ?? "", s = !o || o.startsWith("guest-");
		t.hello = n, t.role = /^(host|moderator)/.exec(o)?.[0] ?? "viewer", t.person = s ? o || `guest-${this.#y("g")}` : o, t.name = n.name ?? (s ? "" : t.role), this.#e.add(t);
		let c = n.cursor?.epoch === `e${this.#t}` && n.cursor?.log === String(this.#n);
		if (t.deliver({ welcome: {
			you: {
				person: t.person,
				name: t.name,
				role: t.role,
				heartsLeft: "500",
				...s && {
					guest: s,
					guestToken: t.person
				}
			},
			...c && { recovered: c },
			limits: {
				commentGraphemes: 300,
				commentBytes: 1200,
				questionGraphemes: 280,
				questionBytes: 1120,
				nameGraphemes: 40,
				answerGraphemes: 4e3,
				reasonGraphemes: 200,
				frameBytes: 16384,
				pingMs: 25e3,
				heartCap: "500",
				tapsPerSecond: 10,
				tapBurst: 40,
				reportReasons: [
					"spam",
					"harassment",
					"hate",
					"sexual",
					"violence",
					"self_harm",
					"other"
				]
			},
			nowMs: String(Date.now()),
			server: "fake"
		} }), c) return t.deliver({ tick: {
			cursor: this.#g(),
			atMs: String(Date.now())
		} });
		let l = [...this.questions.values()].filter((t) => e.has(t.state));
		t.deliver({ snapshot: {
			cursor: this.#g(),
			room: this.room,
			hearts: Object.fromEntries(Object.entries(this.hearts).map(([e, t]) => [e, String(t)])),
			viewers: String(this.#v()),
			comments: this.comments.slice(-50),
			questions: l.map(r),
			atMs: String(Date.now()),
			...this.onAir && { onAir: this.onAir },
			...this.pinned && { pinned: this.pinned },
			...this.notShown && { notShown: String(this.notShown) },
			...t.role !== "viewer" && { moderation: {
				questions: [...this.questions.values()].filter((e) => e.state === "pending").map(i),
				pending: this.#_()
			} }
		} });
	}
	#p(e, n, r, i) {
		if (e.role === "viewer") return i("PERMISSION_DENIED", "only a moderator may do that");
		if (n.deleteComment) return this.remove(n.deleteComment.comment ?? ""), r({});
		if (n.undelete) {
			let e = this.#c(n.undelete.comment ?? "");
			return e ? r({ comment: e }) : i("UNDO_EXPIRED", "there is nothing to take back");
		}
		if (n.pin || n.unpin) return this.pin(n.pin?.comment ?? ""), r(this.pinned ? { pinned: this.pinned } : {});
		if (n.onAir) {
			let e = this.comments.find((e) => e.comment === n.onAir?.comment);
			return n.onAir.comment && !e ? i("COMMENT_NOT_FOUND", "there is no such comment that viewers see") : (this.onAir = {
				...e && { comment: e },
				...n.onAir.question && { question: n.onAir.question },
				atMs: String(Date.now())
			}, this.#r.onAir = !0, r({ onAir: this.onAir }));
		}
		let a = n.start ? "live" : n.end ? "ended" : n.reopen ? "live" : "";
		if (a) return this.become(a), r({ room: this.room });
		for (let [a, [o, s]] of Object.entries(t)) {
			let t = n[a];
			if (!t) continue;
			let c = this.questions.get(t.question ?? "");
			return c && String(t.revision) !== c.revision ? i("REVISION_MISMATCH", "somebody was faster") : c && !o.includes(c.state) ? i("WRONG_STATE", "the question is no longer there") : (c && (c.next = a === "queue", t.reason && (c.reason = t.reason), t.text && (c.answer = t.text), a === "highlight" && (c.answeringMs = String(Date.now())), a === "answer" && (c.answeredMs = String(Date.now()))), this.#m(e, s, t.question ?? "", c, r, i));
		}
		i("UNKNOWN_VERB", "this server does not know that act of moderation");
	}
	#m(e, t, n, i, a, o) {
		let s = i ?? this.questions.get(n);
		if (!s) return o("QUESTION_NOT_FOUND", "there is no such question");
		s.state = t, s.revision = String(Number(s.revision) + 1), this.#r.touched.add(s.question), a({ question: r(s) });
		for (let e of this.#e) e.person === s.asker && e.deliver({ mine: { questions: [r(s)] } });
	}
	#h(e) {
		e.place = String(++this.#a), this.comments.push(e), this.#r.comments.push(e);
	}
	#g() {
		return {
			epoch: `e${this.#t}`,
			log: String(this.#n),
			state: String(this.#n)
		};
	}
	#_() {
		return String([...this.questions.values()].filter((e) => e.state === "pending").length);
	}
	#v() {
		return this.extraViewers + [...this.#e].filter((e) => (e.hello?.client ?? "viewer") === "viewer").length;
	}
	#y(e) {
		return `${e}${++this.#a}`;
	}
};
function r(e) {
	let { asker: t, askerName: n, voters: r, ...i } = e;
	return { ...i };
}
function i(e) {
	return {
		question: r(e),
		asker: e.asker,
		askerName: e.askerName
	};
}
export { n as FakeServer };
