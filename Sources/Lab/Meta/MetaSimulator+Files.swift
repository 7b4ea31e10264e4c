import Synchronization

/// Looks at files.
extension MetaSimulator {
    /// Below what media addresses are made; nil before the Graph API listens.
    var baseURL: String? {
        get { state.withLock { $0.core.baseURL } }
        set { change { $0.core.baseURL = newValue } }
    }

    /// What the connector uploaded, in order; deleted files are still listed.
    public var uploads: [MetaUpload] { state.withLock { $0.core.uploads } }

    /// How often media were asked for.
    public var mediaCounts: MetaMediaCounts { state.withLock { $0.core.mediaCounts } }

    /// The files that are on their way now.
    public var transfers: [MetaTransfer] { state.withLock { $0.core.transfers.sorted { $0.key < $1.key }.map(\.value) } }

    /// What the connector marked as read, in order, and whether it showed that somebody is typing.
    public var readReceipts: [MetaReadReceipt] { state.withLock { $0.core.readReceipts } }

    /// The message with this ID.
    public func message(_ wamid: String) -> MetaMessage? { state.withLock { $0.core.messages.last { $0.wamid == wamid } } }

    /// The file in a message of either side.
    public func attachment(of wamid: String) -> MetaAttachment? { message(wamid)?.attachment }

    /// The newest file with this media ID that was in a message.
    func attachment(mediaID: String) -> MetaAttachment? {
        state.withLock { $0.core.messages.last { $0.attachment?.mediaID == mediaID }?.attachment }
    }

    /// Until when the customer sees that somebody is typing, in milliseconds since 1970 UTC; nil if nobody was since the last answer.
    func typingUntil(customer: String, number: String) -> Int64? { state.withLock { $0.core.typingUntil(customer: customer, number: number) } }

    /// All bytes of the file in a message, for small ones.
    ///
    /// - Throws: `LabError` for a message without a file; what the disk throws.
    public func bytes(of wamid: String) throws -> [UInt8] {
        guard let attachment = attachment(of: wamid) else { throw LabError("There is no file in \(wamid).") }
        return try files.bytes(of: attachment.file)
    }
}
