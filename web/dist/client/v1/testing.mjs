// client/testing/fake.ts
var e = /* @__PURE__ */ new Set([
	"open",
	"answering",
	"answered"
]), t = {
	pending: ["pending"],
	open: ["answering", "open"],
	settled: [
		"answered",
		"rejected",
		"archived",
		"merged"
	]
}, n = {
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
}, r = class {
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
			#x;
			constructor(t, n) {
				if (![n].flat().includes("ovation.v1.json")) throw Error("the fake server speaks ovation.v1.json only: leave `subprotocol` out");
				this.#x = e({
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
				this.#x.frame(String(e));
			}
			close() {
				this.readyState = 3, this.#x.gone();
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
			comment: this.#b("c"),
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
		let i = this.#b("q"), a = `p-${e}`;
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
		let r = [...n.touched].map((e) => this.questions.get(e)).filter(Boolean), o = {
			cursor: this.#g(),
			atMs: String(Date.now()),
			viewers: String(this.#y())
		};
		n.hearts.size && (o.hearts = Object.fromEntries([...n.hearts].map((e) => [e, String(this.hearts[e])]))), n.comments.length && (o.comments = n.comments), n.removed.length && (o.removed = n.removed), n.edited.length && (o.edited = n.edited), n.restored.length && (o.restored = n.restored), n.onAir && this.onAir && (o.onAir = this.onAir), n.pinned && (o.pinned = this.pinned ?? {}), this.notShown && (o.notShown = String(this.notShown)), n.room && (o.room = this.room);
		let s = r.filter((t) => e.has(t.state));
		s.length && (o.questions = s.map(i));
		let c = r.filter((t) => !e.has(t.state)).map((e) => e.question);
		c.length && (o.gone = c);
		let l = [...n.voted].filter((e) => !n.touched.has(e)).map((e) => this.questions.get(e));
		return l.length && (o.votes = l.map((e) => ({
			question: e.question,
			votes: e.votes,
			upto: e.votesUpto
		}))), t.role !== "viewer" && r.length && (o.moderation = {
			questions: r.map(a),
			pending: this.#v(),
			counts: this.#_()
		}), o;
	}
	#d(e, n) {
		if (n.hello) return this.#f(e, n.hello);
		if (!e.hello) return e.end(4500, "BAD_HELLO");
		if (n.tap) return this.heart(n.tap.kind, n.tap.count ?? 0);
		let r = n.id ?? "", o = (t, n) => e.deliver({ fault: {
			id: r,
			reason: t,
			message: n
		} }), s = n.post?.requestId ?? n.ask?.requestId ?? n.moderate?.requestId ?? "", c = this.#o.get(s), l = (t) => {
			s && this.#o.set(s, t), e.deliver({ ack: {
				...t,
				id: r
			} });
		};
		if (c) return l(c);
		if (this.room.state === "ended" && (n.post || n.ask || n.vote)) return o("ROOM_ENDED", "this room has ended");
		if (n.post) {
			let t = {
				comment: this.#b("c"),
				person: e.person,
				name: e.name,
				role: e.role,
				text: n.post.text ?? "",
				atMs: String(Date.now())
			}, r = this.comments.find((e) => e.comment === n.post?.replyTo);
			return r && (t.reply = {
				comment: r.comment,
				person: r.person,
				name: r.name
			}), t.text?.trim() ? (this.#h(t), l({ comment: t })) : o("TEXT_EMPTY", "write something first");
		}
		if (n.ask) {
			let t = n.ask.anonymous ? "" : e.name, r = this.question(e.name, n.ask.text ?? "", "pending", {
				anonymous: n.ask.anonymous ?? !1,
				label: n.ask.label ?? ""
			}), a = this.questions.get(r);
			return Object.assign(a, {
				asker: e.person,
				person: n.ask.anonymous ? "" : e.person,
				name: t
			}), l({ question: i(a) });
		}
		if (n.vote) {
			let t = this.questions.get(n.vote.question ?? "");
			if (!t) return o("QUESTION_NOT_FOUND", "there is no such question");
			let r = t.voters.has(e.person), i = n.vote.up ?? !1;
			return r !== i && (t.votes = String(Number(t.votes) + (i ? 1 : -1))), i ? t.voters.add(e.person) : t.voters.delete(e.person), t.votesUpto = String(++this.#a), this.#r.voted.add(t.question), l({ vote: {
				question: t.question,
				...i && { up: i }
			} });
		}
		if (n.withdraw) return this.#m(e, "withdrawn", n.withdraw.question ?? "", void 0, l, o);
		let u = (t = "") => this.comments.find((n) => n.comment === t && n.person === e.person);
		if (n.edit) {
			let e = u(n.edit.comment);
			return e ? (Object.assign(e, {
				text: n.edit.text ?? "",
				editedMs: String(Date.now())
			}), this.#r.edited.push(e), l({ comment: e })) : o("COMMENT_NOT_FOUND", "there is no such comment of yours");
		}
		if (n.delete) return !u(n.delete.comment) && e.role === "viewer" ? o("PERMISSION_DENIED", "that comment is not yours") : (this.remove(n.delete.comment ?? ""), l({}));
		if (n.undelete) {
			let t = this.#c(n.undelete.comment ?? "");
			return t?.person === e.person ? l({ comment: t }) : o("UNDO_EXPIRED", "there is nothing to take back");
		}
		if (n.similar) {
			let e = new Set((n.similar.text ?? "").toLowerCase().match(/\p{L}{3,}/gu));
			return l({ similar: { questions: [...this.questions.values()].filter((t) => t.state === "open" && (t.text ?? "").toLowerCase().match(/\p{L}{3,}/gu)?.some((t) => e.has(t))).slice(0, 3).map((e) => ({
				question: e.question,
				text: e.text,
				votes: e.votes,
				score: .5,
				state: e.state
			})) } });
		}
		if (n.listQuestions) {
			if (e.role === "viewer") return o("PERMISSION_DENIED", "only a moderator may do that");
			let r = t[n.listQuestions.list];
			if (!r) return o("FIELD_INVALID", "there are the lists pending, open and settled");
			let i = [...this.questions.values()].filter((e) => r.includes(e.state ?? "")), s = i.findIndex((e) => e.question === n.listQuestions?.after) + 1;
			return l({ questions: {
				questions: i.slice(s, s + 100).map(a),
				more: i.length > s + 100
			} });
		}
		if (n.report) return this.reports.push({
			person: e.person,
			item: n.report.comment ?? n.report.question ?? "",
			reason: n.report.reason ?? ""
		}), l({});
		if (n.mine) {
			let t = [...this.questions.values()].filter((t) => t.asker === e.person);
			return e.deliver({ mine: { questions: t.map(i) } }), l({});
		}
		if (n.pace || n.auth) return l({});
		if (n.moderate) return this.#p(e, n.moderate, l, o);
		o("UNKNOWN_VERB", "this server does not know that verb");
	}
	#f(n, r) {
		let o = this.refuse ?? (r.room === this.room.room ? void 0 : {
			code: 4504,
			reason: "ROOM_NOT_FOUND",
			message: "there is no such room"
		});
		if (o) return n.deliver({ goodbye: {
			reason: o.reason,
			message: o.message ?? ""
		} }), n.end(o.code, o.reason);
		let s = r.token ?? "", c = !s || s.startsWith("guest-");
		n.hello = r, n.role = /^(host|moderator)/.exec(s)?.[0] ?? "viewer", n.person = c ? s || `guest-${this.#b("g")}` : s, n.name = r.name ?? (c ? "" : n.role), this.#e.add(n);
		let l = r.cursor?.epoch === `e${this.#t}` && r.cursor?.log === String(this.#n);
		if (n.deliver({ welcome: {
			you: {
				person: n.person,
				name: n.name,
				role: n.role,
				heartsLeft: "500",
				...c && {
					guest: c,
					guestToken: n.person
				}
			},
			...l && { recovered: l },
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
		} }), l) return n.deliver({ tick: {
			cursor: this.#g(),
			atMs: String(Date.now())
		} });
		let u = [...this.questions.values()].filter((t) => e.has(t.state));
		n.deliver({ snapshot: {
			cursor: this.#g(),
			room: this.room,
			hearts: Object.fromEntries(Object.entries(this.hearts).map(([e, t]) => [e, String(t)])),
			viewers: String(this.#y()),
			comments: this.comments.slice(-50),
			questions: n.role === "viewer" ? u.map(i) : [],
			atMs: String(Date.now()),
			...this.onAir && { onAir: this.onAir },
			...this.pinned && { pinned: this.pinned },
			...this.notShown && { notShown: String(this.notShown) },
			...n.role !== "viewer" && { moderation: {
				questions: Object.values(t).flatMap((e) => [...this.questions.values()].filter((t) => e.includes(t.state ?? "")).slice(0, 100)).map(a),
				pending: this.#v(),
				counts: this.#_()
			} }
		} });
	}
	#p(e, t, r, i) {
		if (e.role === "viewer") return i("PERMISSION_DENIED", "only a moderator may do that");
		if (t.deleteComment) return this.remove(t.deleteComment.comment ?? ""), r({});
		if (t.undelete) {
			let e = this.#c(t.undelete.comment ?? "");
			return e ? r({ comment: e }) : i("UNDO_EXPIRED", "there is nothing to take back");
		}
		if (t.pin || t.unpin) return this.pin(t.pin?.comment ?? ""), r(this.pinned ? { pinned: this.pinned } : {});
		if (t.onAir) {
			let e = this.comments.find((e) => e.comment === t.onAir?.comment);
			return t.onAir.comment && !e ? i("COMMENT_NOT_FOUND", "there is no such comment that viewers see") : (this.onAir = {
				...e && { comment: e },
				...t.onAir.question && { question: t.onAir.question },
				atMs: String(Date.now())
			}, this.#r.onAir = !0, r({ onAir: this.onAir }));
		}
		let a = t.start ? "live" : t.end ? "ended" : t.reopen ? "live" : "";
		if (a) return this.become(a), r({ room: this.room });
		for (let [a, [o, s]] of Object.entries(n)) {
			let n = t[a];
			if (!n) continue;
			let c = this.questions.get(n.question ?? "");
			return c && String(n.revision) !== c.revision ? i("REVISION_MISMATCH", "somebody was faster") : c && !o.includes(c.state) ? i("WRONG_STATE", "the question is no longer there") : (c && (c.next = a === "queue", n.reason && (c.reason = n.reason), n.text && (c.answer = n.text), a === "highlight" && (c.answeringMs = String(Date.now())), a === "answer" && (c.answeredMs = String(Date.now()))), this.#m(e, s, n.question ?? "", c, r, i));
		}
		i("UNKNOWN_VERB", "this server does not know that act of moderation");
	}
	#m(e, t, n, r, a, o) {
		let s = r ?? this.questions.get(n);
		if (!s) return o("QUESTION_NOT_FOUND", "there is no such question");
		s.state = t, s.revision = String(Number(s.revision) + 1), this.#r.touched.add(s.question), a({ question: i(s) });
		for (let e of this.#e) e.person === s.asker && e.deliver({ mine: { questions: [i(s)] } });
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
		let e = {};
		for (let t of this.questions.values()) e[t.state ?? ""] = (e[t.state ?? ""] ?? 0) + 1;
		return e;
	}
	#v() {
		return String([...this.questions.values()].filter((e) => e.state === "pending").length);
	}
	#y() {
		return this.extraViewers + [...this.#e].filter((e) => (e.hello?.client ?? "viewer") === "viewer").length;
	}
	#b(e) {
		return `${e}${++this.#a}`;
	}
};
function i(e) {
	let { asker: t, askerName: n, voters: r, ...i } = e;
	return { ...i };
}
function a(e) {
	return {
		question: i(e),
		asker: e.asker,
		askerName: e.askerName
	};
}
export { r as FakeServer };
