/// A file that lies at Meta under a media ID.
struct MetaMedia: Sendable, Equatable {
    var id: String
    /// The phone number ID that it is bound to.
    var numberID: String
    var mimeType: String
    var name: String?
    var file: LabFile
    /// Whether the connector uploaded it.
    var isUpload: Bool
    /// When the ID was made, in milliseconds since 1970 UTC.
    var at: Int64

    /// When the ID ends, in milliseconds since 1970 UTC: after 30 days for uploads, after 7 days for what came with a webhook.
    var expiry: Int64 { at + (isUpload ? 30 : 7) * 86_400_000 }
}

/// A file that the connector uploaded.
public struct MetaUpload: Sendable, Equatable {
    /// The media ID.
    public var id: String
    /// The phone number ID that it was uploaded for.
    public var numberID: String
    /// The type as declared.
    public var mimeType: String
    /// The file name as declared.
    public var name: String?
    /// Size and digest of what arrived.
    public var file: LabFile
    /// Milliseconds since 1970 UTC.
    public var at: Int64
}

/// A message that the connector marked as read.
public struct MetaReadReceipt: Sendable, Equatable {
    /// The customer's message.
    public var wamid: String
    /// Whether the customer was shown that somebody is typing.
    public var showsTyping: Bool
    /// Milliseconds since 1970 UTC.
    public var at: Int64
}

/// How often media were asked for, whatever the answer was.
public struct MetaMediaCounts: Sendable, Equatable {
    /// Requests for the address of a media ID.
    public var resolves = 0
    /// Requests for the bytes behind an address.
    public var downloads = 0
    /// Requests to take a file.
    public var uploads = 0
    /// Bytes that were handed out, all downloads together.
    public var bytesServed: Int64 = 0
}

/// A file on its way between the connector and Meta.
public struct MetaTransfer: Sendable, Equatable {
    /// The media ID of a download; nil for an upload, which has none yet.
    public var mediaID: String?
    /// How many bytes have passed.
    public var done: Int64
    /// How many there will be, as far as is known: with an upload's form fields, without the part of a download that was not asked for.
    public var total: Int64?
}

/// Something that the simulated Graph API does wrong with the next media requests of one step.
public struct MetaMediaFault: Sendable, Equatable {
    /// The kind of request that is spoiled.
    public enum Step: String, Sendable, CaseIterable {
        /// From a media ID to an address.
        case resolve
        /// From an address to bytes.
        case download
        /// Bytes to Meta.
        case upload
    }

    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// Refused with this Graph error and its HTTP status, for example 190 with 401.
        case error(MetaError)
        /// A page of HTML with this HTTP status and no Graph error.
        case page(Int)
        /// The connection ends without a response; of an upload nothing was kept.
        case drop
        /// The connection ends after this part of the bytes, in percent. As `drop` where there are no bytes to cut.
        case cut(percent: Int)
        /// An upload is kept, and the connection ends without a response. As `drop` in other steps.
        case acceptThenDrop
        /// One byte of what is served is another one. As no fault in other steps.
        case wrongBytes
        /// The address is over: one given out has ended already, one that is used gives 404. As no fault for uploads.
        case expiredURL
        /// No response at all.
        case hang
        /// At most so many bytes a second, in real time. As no fault for a resolve.
        case slow(bytesPerSecond: Int64)
    }

    /// Which requests.
    public var step: Step
    /// What happens.
    public var kind: Kind
    /// How many requests of that step pass unharmed first.
    public var skipping: Int
    /// How many requests it spoils.
    public var times: Int

    /// A fault for the next request of a step, unless told otherwise.
    public init(_ kind: Kind, on step: Step, skipping: Int = 0, times: Int = 1) {
        self.kind = kind
        self.step = step
        self.skipping = skipping
        self.times = times
    }
}
