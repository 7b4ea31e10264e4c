import Synchronization

extension MetaSimulator {
    /// A customer sends something to a number; the webhook follows at once, or after `delay` milliseconds.
    ///
    /// - Parameters:
    ///   - customer: The customer's key.
    ///   - number: The phone number ID; the first number if nil.
    ///   - written: When it was written, in milliseconds since 1970 UTC, for messages that Meta held back.
    ///   - context: What it refers to.
    /// - Returns: The wamid.
    /// - Throws: `LabError` for an unknown customer or number; what the disk throws if a file cannot be made.
    @discardableResult
    public func send(
        _ content: MetaContent, from customer: String, to number: String? = nil, written: Int64? = nil, delay: Int64 = 0,
        context: MetaContext = MetaContext()
    ) throws -> String {
        let file = try content.file.map { try files.make($0.source) }
        let now = clock.now()
        defer { changes.signal() }
        return try state.withLock { state in
            try state.core.receive(content, file: file, context: context, from: customer, to: number, written: written, delay: delay, now: now)
        }
    }

    /// The business writes to a customer in the app on its phone; the connector is told by `smb_message_echoes`.
    ///
    /// - Parameters:
    ///   - customer: The customer's key.
    ///   - number: The phone number ID; the first number if nil.
    ///   - context: What it refers to.
    /// - Returns: The wamid.
    /// - Throws: `LabError` for an unknown customer or number; what the disk throws if a file cannot be made.
    @discardableResult
    public func echo(_ content: MetaContent, to customer: String, from number: String? = nil, context: MetaContext = MetaContext()) throws -> String {
        let file = try content.file.map { try files.make($0.source) }
        let now = clock.now()
        defer { changes.signal() }
        return try state.withLock { state in
            try state.core.echo(content, file: file, context: context, to: customer, from: number, now: now)
        }
    }

    /// Reports a status of an accepted message now, whatever the ladder says.
    ///
    /// - Throws: `LabError` for a message that was never accepted.
    public func report(_ status: String, of wamid: String, errorCode: Int? = nil) throws {
        let now = clock.now()
        defer { changes.signal() }
        try state.withLock { try $0.core.report(status, of: wamid, errorCode: errorCode, now: now) }
    }

    /// Sends a webhook with a change of any field and value.
    ///
    /// - Parameter account: The ID of the account it is about; nil for the lab's own.
    public func notify(field: String, value: LabJSON, account: String? = nil) {
        let now = clock.now()
        change { $0.core.notify(field: field, value: value, account: account, now: now) }
    }
}
