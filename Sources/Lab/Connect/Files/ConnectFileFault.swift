/// Something that the simulated Connect does wrong with a file, once or a few times.
public struct ConnectFileFault: Sendable, Equatable {
    /// How the file travels.
    public enum Way: String, Sendable, CaseIterable {
        /// `POST` into a buffer.
        case upload
        /// Connect fetches it from somebody else's URL.
        case pull
        /// `POST` after the post, with its session and key.
        case push
        /// `GET` of an attachment.
        case download
    }

    /// What happens.
    public enum Kind: Sendable, Equatable {
        /// The request is answered with this HTTP status; a pull fails as if it had been answered so.
        case status(Int)
        /// The connection is cut after this part of the bytes, from 0 to 1; a pull goes on with the rest.
        case cut(after: Double)
        /// At most so many bytes a second are taken or handed out, in real time.
        case slow(bytesPerSecond: Int64)
        /// The file arrives, and after the post it is not there. A download is answered 404.
        case missing
        /// The URL of a download is answered 404 from now on; `Attachments` gives another one. For other ways: 404 once.
        case expired

        /// There is no room left.
        public static var storageFull: Kind { .status(507) }
    }

    /// How the file travels.
    public var way: Way
    /// What happens.
    public var kind: Kind
    /// How many such files pass unharmed first.
    public var skipping: Int
    /// How many files it spoils.
    public var times: Int

    /// A fault for the next file on that way, unless told otherwise.
    public init(_ kind: Kind, on way: Way = .upload, skipping: Int = 0, times: Int = 1) {
        self.kind = kind
        self.way = way
        self.skipping = skipping
        self.times = times
    }
}
