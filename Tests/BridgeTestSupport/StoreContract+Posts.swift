import Bridge

extension StoreContract {
    static let postChecks = [
        StoreCheck(
            "A post is remembered, and what is remembered can be replaced",
            inTransaction: { store in
                var post = KnownPost(
                    reference: .number(2),
                    discussion: .number(1),
                    repliesTo: .number(1),
                    isPublic: false,
                    origin: .ownUnconfirmed,
                    isHandled: false
                )
                try expect(store.knownPost(.number(2)), is: nil)
                try store.saveKnownPost(post)
                try expect(store.knownPost(.number(2)), is: post)
                post.repliesTo = nil
                post.isPublic = true
                post.origin = .own
                post.isHandled = true
                try store.saveKnownPost(post)
                try expect(store.knownPost(.number(2)), is: post)
            }),
        StoreCheck(
            "Message and post find each other, the first link first",
            inTransaction: { store in
                try expect(store.post(showing: .number(1), number: .sales), is: nil)
                try expect(store.wamid(shownBy: .number(1)), is: nil)
                try store.link(.number(1), number: .sales, shownBy: .number(1))
                try store.link(.number(2), number: .sales, shownBy: .number(1))
                try store.link(.number(1), number: .sales, shownBy: .number(0))
                try store.link(.number(1), number: .sales, shownBy: .number(1))
                try store.link(.number(1), number: .service, shownBy: .number(3))
                try expect(store.wamid(shownBy: .number(1)), is: .number(1))
                try expect(store.wamid(shownBy: .number(0)), is: .number(1))
                try expect(store.post(showing: .number(1), number: .sales), is: .number(1))
                try expect(store.post(showing: .number(2), number: .sales), is: .number(1))
                try expect(store.post(showing: .number(1), number: .service), is: .number(3))
                try expect(store.post(showing: .number(2), number: .service), is: nil)
            }),
        StoreCheck(
            "A hint is given once per discussion",
            inTransaction: { store in
                try expect(store.noteHint(in: .number(1)), is: true)
                try expect(store.noteHint(in: .number(1)), is: false)
                try expect(store.noteHint(in: .number(2)), is: true)
            }),
    ]

    static let taskChecks = [
        StoreCheck(
            "A task is kept with everything that belongs to it",
            inTransaction: { store in
                let discussion = Discussion.ID(rawValue: 1)
                let places: [PostTask.Place] = [
                    .root(discussion, title: "Anna (+49 170)", tags: ["whatsapp", "vip"]), .root(discussion, title: "", tags: []),
                    .reply(discussion, quotes: nil), .reply(discussion, quotes: .number(1)), .answer(discussion, to: .number(2)),
                    .foreign(discussion: .number(3), to: .number(4)), .below(discussion, .init(rawValue: 1)), .update(discussion, .init(rawValue: 2)),
                ]
                for (index, place) in places.enumerated() {
                    let lane = index % 2 == 0 ? Lane.conversation(.init(rawValue: 5)) : .foreign(.number(9))
                    let id = try store.insertTask(
                        lane: lane,
                        zone: .sales,
                        place: place,
                        key: "key\(index)",
                        html: "<b>ü</b>",
                        privateTo: index == 1 ? "bert" : nil,
                        shownEvent: index == 2 ? .init(rawValue: 3) : nil,
                        shows: index == 3 ? .number(1) : nil,
                        filesOf: index == 0 ? .init(rawValue: 4) : nil,
                        notBefore: .noon
                    )
                    let expected = PostTask(
                        id: id,
                        lane: lane,
                        zone: .sales,
                        place: place,
                        key: "key\(index)",
                        html: "<b>ü</b>",
                        privateTo: index == 1 ? "bert" : nil,
                        shownEvent: index == 2 ? .init(rawValue: 3) : nil,
                        shows: index == 3 ? .number(1) : nil,
                        filesOf: index == 0 ? .init(rawValue: 4) : nil,
                        notBefore: .noon
                    )
                    try expect(store.task(id), is: expected)
                }
                try expect(store.task(.init(rawValue: 99)), is: nil)
            }),
        StoreCheck(
            "A task's place, HTML, files, state, refusals and time can be changed",
            inTransaction: { store in
                let id = try store.makeTask(.foreign(.number(1)))
                guard var task = try store.task(id) else { throw ContractViolation(description: "the task is gone") }
                task.place = .answer(.init(rawValue: 1), to: .number(1))
                task.html = "<i>new</i>"
                task.filesOf = .init(rawValue: 3)
                task.state = .posting
                task.refusals = 3
                task.notBefore = .noon + .seconds(9)
                try store.updateTask(task)
                try expect(store.task(id), is: task)
            }),
        StoreCheck(
            "The heads are the first unfinished task of each lane, in the order of their rows, in pages",
            inTransaction: { store in
                let lanes = (1...3).map { Lane.conversation(.init(rawValue: $0)) } + [.foreign(.number(1))]
                var ids: [Lane: [PostTask.ID]] = [:]
                for lane in [2, 0, 2, 1, 0, 3, 3].map({ lanes[$0] }) { ids[lane, default: []].append(try store.makeTask(lane)) }
                func heads(after: PostTask.ID? = nil, limit: Int = 10) throws -> [PostTask.ID] {
                    try store.headTasks(after: after, limit: limit).map(\.id)
                }
                func id(_ lane: Int, _ index: Int) -> PostTask.ID { ids[lanes[lane], default: []][index] }
                try expect(heads(), is: [id(2, 0), id(0, 0), id(1, 0), id(3, 0)])
                try expect(heads(limit: 2), is: [id(2, 0), id(0, 0)])
                try expect(heads(after: id(0, 0)), is: [id(1, 0), id(3, 0)])
                try expect(heads(limit: 0), is: [])

                try store.setTask(id(2, 0), .posting)
                try expect(heads().first, is: id(2, 0))
                try store.setTask(id(2, 0), .done)
                try store.setTask(id(1, 0), .failed)
                try expect(heads(), is: [id(0, 0), id(2, 1), id(3, 0)])
                try store.setTask(id(3, 1), .done)
                try expect(heads(), is: [id(0, 0), id(2, 1), id(3, 0)])
                try store.setTask(id(3, 0), .done)
                try expect(heads(), is: [id(0, 0), id(2, 1)])

                // One that stands before the head is taken up again.
                try store.setTask(id(2, 0), .queued)
                try expect(heads(), is: [id(2, 0), id(0, 0)])
                let next = try store.makeTask(lanes[1])
                try expect(heads(), is: [id(2, 0), id(0, 0), next])
            }),
        StoreCheck(
            "The unfinished tasks of a lane come in order",
            inTransaction: { store in
                let lane = Lane.conversation(.init(rawValue: 1))
                let ids = try (0..<4).map { _ in try store.makeTask(lane) }
                _ = try store.makeTask(.conversation(.init(rawValue: 11)))
                try store.setTask(ids[1], .done)
                try store.setTask(ids[2], .posting)
                try expect(store.unfinishedTasks(in: lane).map(\.id), is: [ids[0], ids[2], ids[3]])
                try expect(store.headTask(of: lane)?.id, is: ids[0])
                try expect(store.headTask(of: .foreign(.number(1))), is: nil)
                try expect(store.isPosting(in: lane), is: true)
                try expect(store.isPosting(in: .conversation(.init(rawValue: 11))), is: false)
                try store.setTask(ids[2], .done)
                try expect(store.isPosting(in: lane), is: false)
                try store.setTask(ids[2], .queued)
                try expect(store.unfinishedTasks(in: .foreign(.number(1))), is: [])
            }),
        StoreCheck(
            "The unfinished tasks that show an event come in order",
            inTransaction: { store in
                let (event, other) = (InboundRecord.ID(rawValue: 3), InboundRecord.ID(rawValue: 4))
                let lane = Lane.conversation(.init(rawValue: 1))
                let ids = try (0..<4).map { _ in try store.makeTask(lane, showing: event) }
                _ = try store.makeTask(lane, showing: other)
                _ = try store.makeTask(lane)
                try store.setTask(ids[1], .done)
                try store.setTask(ids[2], .posting)
                try store.setTask(ids[3], .failed)
                try expect(store.unfinishedTasks(showing: event).map(\.id), is: [ids[0], ids[2]])
                try store.setTask(ids[3], .queued)
                try expect(store.unfinishedTasks(showing: event).map(\.id), is: [ids[0], ids[2], ids[3]])
                try expect(store.unfinishedTasks(showing: .init(rawValue: 5)), is: [])
            }),
        StoreCheck(
            "Unconfirmed are the root posts of a zone that are begun and not ended",
            inTransaction: { store in
                let root = PostTask.Place.root(.init(rawValue: 1), title: "t", tags: [])
                let ids = try (1...4).map { try store.makeTask(.conversation(.init(rawValue: $0)), place: root) }
                let other = try store.makeTask(.conversation(.init(rawValue: 5)), zone: .service, place: root)
                let reply = try store.makeTask(.conversation(.init(rawValue: 6)))
                for id in [ids[0], ids[1], ids[2], other, reply] { try store.setTask(id, .posting) }
                try store.setTask(ids[1], .done)
                try expect(store.unconfirmedRoots(in: .sales).map(\.id), is: [ids[0], ids[2]])
                try expect(store.unconfirmedRoots(in: .service).map(\.id), is: [other])
                try store.setTask(ids[0], .queued)
                try expect(store.unconfirmedRoots(in: .sales).map(\.id), is: [ids[2]])
            }),
    ]
}
