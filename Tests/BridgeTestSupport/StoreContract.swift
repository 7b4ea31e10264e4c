public import Bridge

/// What every store must do, one check for each sentence of the port. Memory and SQLite pass the same ones.
public enum StoreContract {
    /// All checks. Each wants an empty store.
    public static let checks: [StoreCheck] =
        transactionChecks + webhookChecks + inboundChecks + customerChecks + discussionChecks + postChecks + taskChecks + outgoingChecks + fileChecks
        + settingsChecks + restorationChecks + replayChecks
}

/// One sentence that a store must keep.
public struct StoreCheck: Sendable, CustomStringConvertible {
    /// The sentence.
    public var description: String
    /// Tries an empty store; throws ``ContractViolation`` if it does not keep the sentence.
    public var run: @Sendable (any Store) async throws -> Void

    init(_ description: String, run: @escaping @Sendable (any Store) async throws -> Void) {
        self.description = description
        self.run = run
    }

    /// A check that is done within one transaction.
    init(_ description: String, inTransaction body: @escaping @Sendable (any StoreTransaction) throws -> Void) {
        self.init(description) { store in try await store.write(body) }
    }
}

/// How a store broke its contract.
public struct ContractViolation: Error, CustomStringConvertible {
    /// What was found, and what was expected.
    public var description: String
}

func expect<Value: Equatable>(_ found: Value, is expected: Value, line: UInt = #line, file: String = #fileID) throws {
    if found != expected { throw ContractViolation(description: "\(file):\(line): found \(found), expected \(expected)") }
}

func expectThrows(line: UInt = #line, file: String = #fileID, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch {
        return
    }
    throw ContractViolation(description: "\(file):\(line): nothing was thrown")
}

func expectThrows(line: UInt = #line, file: String = #fileID, _ body: () async throws -> Void) async throws {
    do {
        try await body()
    } catch {
        return
    }
    throw ContractViolation(description: "\(file):\(line): nothing was thrown")
}

// MARK: What the checks are made of

extension PhoneNumberID {
    static let sales = PhoneNumberID(rawValue: "106540352242922")
    static let service = PhoneNumberID(rawValue: "106540352242933")
}

extension Alias {
    static let anna = Alias.phone("491701234567")
    static let annaBSUID = Alias.businessScopedUserID("DE.13491208655302741918")
    static let bert = Alias.phone("491709876543")
}

extension Moment {
    static let noon = Moment(seconds: 1_770_000_000)
}

extension Zone {
    static let sales = Zone(rawValue: "sales")
    static let service = Zone(rawValue: "service")
}

extension Wamid {
    static func number(_ number: Int) -> Wamid { Wamid(rawValue: "wamid.HBgL\(number)") }
}

extension PostReference {
    static func number(_ number: Int) -> PostReference { PostReference(rawValue: "post-\(number)") }
}

extension InboundEvent {
    static func text(_ number: Int) -> InboundEvent {
        .message(
            CustomerMessage(
                number: .sales,
                wamid: .number(number),
                sender: [.anna, .annaBSUID],
                senderName: "Anna \"Ännchen\" Müller",
                writtenAt: .noon,
                content: .text("Hello *world* 👋🏽\nsecond line"),
                quotes: .number(0)
            )
        )
    }

    static func status(_ status: String, of number: Int, from phone: PhoneNumberID = .sales) -> InboundEvent {
        let error = status == "failed" ? DeliveryError(code: 131_047, subcode: 3, isTransient: true, details: "Re-engagement message") : nil
        return .status(
            DeliveryStatus(number: phone, wamid: .number(number), status: status, at: .noon, messageID: "m\(number)", error: error)
        )
    }
}

extension StoreTransaction {
    func makeConversation(_ aliases: Set<Alias> = [.anna], number: PhoneNumberID = .sales) throws -> Conversation {
        let customer = try insertCustomer(name: "Anna", aliases: aliases)
        return try insertConversation(number: number, customer: customer.id, address: aliases.sorted { $0.value < $1.value })
    }

    func makeDiscussion(in conversation: Conversation.ID, closesAt: Moment = .noon) throws -> Discussion {
        try insertDiscussion(conversation: conversation, key: "key", zone: .sales, newestMessageAt: .noon - .seconds(60), closesAt: closesAt)
    }

    func makeTask(
        _ lane: Lane,
        zone: Zone = .sales,
        place: PostTask.Place = .reply(.init(rawValue: 1), quotes: nil),
        showing event: InboundRecord.ID? = nil
    ) throws -> PostTask.ID {
        try insertTask(
            lane: lane,
            zone: zone,
            place: place,
            key: "key",
            html: "<p>text</p>",
            privateTo: nil,
            shownEvent: event,
            shows: nil,
            filesOf: nil,
            notBefore: .noon
        )
    }

    func setTask(_ id: PostTask.ID, _ state: PostTask.State) throws {
        guard var task = try task(id) else { throw ContractViolation(description: "task \(id) is gone") }
        task.state = state
        try updateTask(task)
    }

    func makeOutgoing(
        _ messageID: String,
        in conversation: Conversation.ID,
        _ discussion: Discussion.ID,
        post: PostReference? = nil,
        part: Int = 1,
        state: OutgoingState = .queued
    ) throws -> OutgoingMessage.ID {
        try insertOutgoing(
            messageID: messageID,
            conversation: conversation,
            discussion: discussion,
            post: post ?? PostReference(rawValue: "post of \(messageID)"),
            author: "anna.smith",
            part: part,
            parts: 1,
            content: .text("*Hello*"),
            quotes: nil,
            state: state,
            at: .noon
        )
    }

    func setOutgoing(_ id: OutgoingMessage.ID, _ state: OutgoingState, wamid: Wamid? = nil) throws {
        guard var message = try outgoing(id) else { throw ContractViolation(description: "message \(id) is gone") }
        message.state = state
        message.wamid = wamid ?? message.wamid
        try updateOutgoing(message)
    }
}
