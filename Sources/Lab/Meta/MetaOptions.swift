/// How the simulated Graph API behaves, and what it gets wrong on purpose.
public struct MetaOptions: Sendable, Equatable {
    /// What happens to a message that is sent after the customer service window (WhatsApp, Customer service window).
    public enum WindowPolicy: String, Sendable, CaseIterable {
        /// Accepted, then a `failed` status with 131047.
        case failsLater
        /// Refused with 131047.
        case refuses
        /// Let through.
        case open
    }

    /// One step of the status ladder.
    public struct Step: Sendable, Equatable {
        /// `sent`, `delivered`, `read`, `played` or anything else.
        public var status: String
        /// Milliseconds after the message was accepted.
        public var delay: Int64

        /// A step.
        public init(_ status: String, after delay: Int64) {
            self.status = status
            self.delay = delay
        }
    }

    /// How several updates share one webhook POST.
    public enum Batching: String, Sendable, CaseIterable {
        /// All in the arrays of one change, as far as they belong to one number.
        case oneChange
        /// One entry with a change for each update.
        case changes
        /// An entry for each update.
        case entries
    }

    /// How a webhook POST is signed.
    public enum Signature: String, Sendable, CaseIterable {
        case correct
        case wrongSecret
        /// Without the header.
        case missing
        /// Correct, with hexadecimal digits in upper case.
        case upperCase
    }

    /// How the digest of a file is told.
    public enum DigestStyle: String, Sendable, CaseIterable {
        case base64, hexadecimal
        /// Of other bytes.
        case wrong
    }

    /// What happens outside the customer service window.
    public var windowPolicy = WindowPolicy.failsLater
    /// Whether the business number's country code is put before a `to` without `+`.
    public var prependsCountryCode = true
    /// Whether more than `pairBurst` messages to one person, refilled by one in 6 s, are refused with 131056.
    public var enforcesPairRate = false
    /// How many messages one person may get at once.
    public var pairBurst = 45
    /// What becomes of an accepted message; empty for silence.
    public var ladder = [Step("sent", after: 200), Step("delivered", after: 500), Step("read", after: 1_500)]
    /// Whether the ladder's statuses come in reverse order, at the ladder's moments.
    public var reversesStatuses = false
    /// Whether every status comes twice.
    public var duplicatesStatuses = false
    /// Whether the first status is delivered before the response of the send call.
    public var sendsStatusBeforeResponse = false
    /// The most updates in one webhook POST; up to 1000.
    public var batchSize = 1
    /// How they share it.
    public var batching = Batching.oneChange
    /// Milliseconds until a webhook POST that was not answered 200 is tried again: after the first attempt, after the second, and so on;
    /// the last one is repeated until seven days are over. Must not be empty.
    public var retryDelays: [Int64] = [0, 1_000, 5_000, 30_000, 120_000, 600_000, 3_600_000, 21_600_000]
    /// How many webhook POSTs may be under way at once.
    public var maximumInFlight = 1
    /// Whether every webhook POST is made twice.
    public var duplicatesWebhooks = false
    /// How webhooks are signed.
    public var signature = Signature.correct
    /// Whether webhook bodies are plain UTF-8 instead of ASCII with escapes.
    public var writesPlainBodies = false
    /// The version of webhook payloads; below 24 statuses carry `conversation`.
    public var payloadVersion = 25
    /// Milliseconds between a request and its response.
    public var answerDelay: Int64 = 0

    /// Whether numbers have the field that tells of the WhatsApp Business app; in older versions asking for it is an error.
    public var tellsBusinessApp = true

    /// How digests of files are told.
    public var digestStyle = DigestStyle.base64
    /// Whether webhooks tell the address of a file, besides its ID; older payload versions do not.
    public var tellsMediaURLs = true
    /// Whether `Range` of a download is ignored.
    public var ignoresRange = false
    /// Whether types of files that are not listed pass as documents.
    public var takesUnlistedDocuments = true
    /// Milliseconds after which a voice note is reported `played`, once it was accepted; nil if the customer does not listen to it.
    public var playsVoiceNotesAfter: Int64?

    /// The defaults.
    public init() {}
}

/// Something that the simulated Graph API does wrong with the next messages that are sent.
public struct MetaFault: Sendable, Equatable {
    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// Refused with this Graph error.
        case error(MetaError)
        /// Accepted, then a `failed` status with this code.
        case failure(Int)
        /// Accepted, then the connection ends without a response.
        case acceptThenDrop
        /// The connection ends without a response, and nothing was accepted.
        case drop
        /// No response at all, and nothing was accepted.
        case hang
        /// Accepted, and no response at all.
        case acceptThenHang
        /// A page of HTML with this HTTP status, and nothing was accepted.
        case page(Int)
        /// Accepted, and a page of HTML with this HTTP status.
        case acceptThenPage(Int)
        /// Accepted, with a response this many milliseconds later.
        case delay(Int64)
    }

    /// What happens.
    public var kind: Kind
    /// How many messages pass unharmed first.
    public var skipping: Int
    /// How many messages it spoils.
    public var times: Int

    /// A fault for the next message, unless told otherwise.
    public init(_ kind: Kind, skipping: Int = 0, times: Int = 1) {
        self.kind = kind
        self.skipping = skipping
        self.times = times
    }
}
