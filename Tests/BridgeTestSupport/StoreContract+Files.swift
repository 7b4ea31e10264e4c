import Bridge

extension StoreContract {
    static let fileChecks = [
        StoreCheck(
            "A customer's file is kept with everything that belongs to it, in every state",
            inTransaction: { store in
                let (event, conversation) = try store.makeMessage()
                let sources: [CustomerFile] = [
                    CustomerFile(source: .media(id: "77", digest: "AA=="), name: "a \"b\".pdf", mimeType: "x/y"),
                    CustomerFile(source: .text("BEGIN:VCARD\r\n")),
                ]
                let spooled = SpooledFile(spool: "in-1", size: 1 << 33, name: "ü.ogg", mimeType: "audio/ogg", duration: 1_500)
                let states: [InboundFile.State] =
                    [.waiting, .ready(spooled), .handedOver] + InboundFile.Failure.allCases.map(InboundFile.State.failed)
                for (index, state) in states.enumerated() {
                    let source = sources[index % 2]
                    let id = try store.insertInboundFile(event: event, conversation: conversation, number: .sales, file: source, at: .noon)
                    var expected = InboundFile(
                        id: id, event: event, conversation: conversation, number: .sales, file: source, notBefore: .noon, recordedAt: .noon)
                    try expect(store.inboundFile(id), is: expected)
                    expected.state = state
                    expected.attempts = index
                    expected.notBefore = .noon + .seconds(index)
                    expected.placeholder = index == 1 ? try store.makeTask(.conversation(conversation)) : nil
                    try store.updateInboundFile(expected)
                    try expect(store.inboundFile(id), is: expected)
                }
                try expect(store.inboundFiles(of: event).map(\.state), is: states)
                try expect(store.inboundFiles(of: .init(rawValue: 99)), is: [])
                try expect(store.inboundFile(.init(rawValue: 99)), is: nil)
            }),
        StoreCheck(
            "Files in need are those to be loaded, and those that are ready after their post went without them, in pages",
            inTransaction: { store in
                let (event, conversation) = try store.makeMessage()
                let task = try store.makeTask(.conversation(conversation))
                let ids = try (0..<4).map { _ in
                    try store.insertInboundFile(
                        event: event, conversation: conversation, number: .sales, file: CustomerFile(source: .text("a")), at: .noon)
                }
                func set(_ id: InboundFile.ID, _ state: InboundFile.State, placeholder: PostTask.ID? = nil) throws {
                    guard var file = try store.inboundFile(id) else { throw ContractViolation(description: "the file is gone") }
                    file.state = state
                    file.placeholder = placeholder
                    try store.updateInboundFile(file)
                }
                func inNeed(after: InboundFile.ID? = nil, limit: Int = 10) throws -> [InboundFile.ID] {
                    try store.inboundFilesInNeed(after: after, limit: limit).map(\.id)
                }
                let spooled = SpooledFile(spool: "s", size: 1, name: "n", mimeType: "t")
                try set(ids[1], .ready(spooled))
                try set(ids[2], .ready(spooled), placeholder: task)
                try expect(inNeed(), is: [ids[0], ids[2], ids[3]])
                try expect(store.unfinishedInboundFiles(after: nil, limit: 10).map(\.id), is: ids)
                try expect(store.unfinishedInboundFiles(after: ids[0], limit: 2).map(\.id), is: [ids[1], ids[2]])
                try expect(inNeed(limit: 1), is: [ids[0]])
                try expect(inNeed(after: ids[0]), is: [ids[2], ids[3]])
                try set(ids[0], .failed(.lost))
                try set(ids[2], .handedOver, placeholder: task)
                try expect(inNeed(), is: [ids[3]])
                try expect(store.unfinishedInboundFiles(after: nil, limit: 10).map(\.id), is: [ids[1], ids[3]])
                try set(ids[2], .waiting)
                try expect(inNeed(), is: [ids[2], ids[3]])
            }),
        StoreCheck(
            "It is remembered which post a task made, and which task shows a reaction",
            inTransaction: { store in
                let conversation = try store.makeConversation()
                let first = try store.makeTask(.conversation(conversation.id))
                let second = try store.makeTask(.conversation(conversation.id))
                try expect(store.post(madeBy: first), is: nil)
                try store.setPost(.number(1), madeBy: first)
                try expect(store.post(madeBy: first), is: .number(1))
                try expect(store.post(madeBy: second), is: nil)
                try expect(store.post(madeBy: .init(rawValue: 99)), is: nil)
                try expectThrows { try store.setPost(.number(1), madeBy: .init(rawValue: 99)) }
                try expect(store.reactionTask(in: conversation.id, to: .number(1)), is: nil)
                try store.setReactionTask(first, in: conversation.id, to: .number(1))
                try store.setReactionTask(second, in: conversation.id, to: .number(2))
                try expect(store.reactionTask(in: conversation.id, to: .number(1)), is: first)
                try store.setReactionTask(second, in: conversation.id, to: .number(1))
                try expect(store.reactionTask(in: conversation.id, to: .number(1)), is: second)
            }),
        StoreCheck(
            "Uploads are known by digest, type and number; progress comes and goes",
            inTransaction: { store in
                let upload = KnownUpload(mediaID: "9", at: .noon)
                try store.setUpload(upload, of: [1, 2], mimeType: "a/b", number: .sales)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .sales), is: upload)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .service), is: nil)
                try expect(store.upload(of: [1, 2], mimeType: "a/c", number: .sales), is: nil)
                try expect(store.upload(of: [1, 3], mimeType: "a/b", number: .sales), is: nil)
                let newer = KnownUpload(mediaID: "10", at: .noon + .seconds(1))
                try store.setUpload(newer, of: [1, 2], mimeType: "a/b", number: .sales)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .sales), is: newer)
                try store.forgetUpload(mediaID: "10", number: .service)
                try store.forgetUpload(mediaID: "9", number: .sales)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .sales), is: newer)
                try store.forgetUpload(mediaID: "10", number: .sales)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .sales), is: nil)
                try store.setUpload(upload, of: [1, 2], mimeType: "a/b", number: .sales)
                try store.setUpload(newer, of: [1, 2], mimeType: "a/c", number: .sales)
                try store.setUpload(upload, of: [1, 2], mimeType: "a/b", number: .service)
                try store.forgetUpload(mediaID: "9", number: .sales)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .sales), is: nil)
                try expect(store.upload(of: [1, 2], mimeType: "a/c", number: .sales), is: newer)
                try expect(store.upload(of: [1, 2], mimeType: "a/b", number: .service), is: upload)
                let subject = TransferSubject.inbound(.init(rawValue: 1))
                try store.setProgress(TransferProgress(done: 1, total: nil), of: subject)
                try store.setProgress(TransferProgress(done: 2, total: 3), of: subject)
                try store.setProgress(nil, of: subject)
                try store.forgetProgress()
            }),
        StoreCheck(
            "An event is found by its key",
            inTransaction: { store in
                let (event, _) = try store.makeMessage()
                guard let record = try store.inbound(event) else { throw ContractViolation(description: "the event is gone") }
                try expect(store.inbound(key: record.key)?.id, is: event)
                try expect(store.inbound(key: record.key + "x"), is: nil)
            }),
    ]
}

extension StoreTransaction {
    fileprivate func makeMessage() throws -> (InboundRecord.ID, Conversation.ID) {
        let conversation = try makeConversation()
        let message = CustomerMessage(number: .sales, wamid: .number(1), sender: [.anna], writtenAt: .noon, content: .text("a"))
        guard let id = try insertInbound(key: "k1", event: .message(message), state: .held(.connect), recordedAt: .noon) else {
            throw ContractViolation(description: "the event is there already")
        }
        return (id, conversation.id)
    }
}
