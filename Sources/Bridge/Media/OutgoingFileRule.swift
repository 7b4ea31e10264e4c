/// How a colleague's file goes to WhatsApp (Cloud API, 4.1): as what, under which media type and name, or why not.
///
/// What does not fit its own class goes as a document: that the file arrives matters more than how it is shown.
public enum OutgoingFileRule {
    /// The class of message that carries a file.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Codable {
        case image, video, audio, document, sticker
        /// Sound that is shown as recorded; one with more than 512 KB is loaded only when the customer asks for it.
        case voice

        /// Whether words can go with the file; those of others need a message of their own.
        public var carriesCaption: Bool {
            switch self {
            case .image, .video, .document: true
            case .audio, .voice, .sticker: false
            }
        }

        /// Whether the customer sees the file's name.
        public var carriesFileName: Bool { self == .document }

        /// The most bytes that WhatsApp takes. Meta does not say which megabyte it means, so the smaller one of a million bytes holds.
        /// - Parameter animated: for stickers, whether it moves.
        public func limit(animated: Bool = false) -> Int64 {
            switch self {
            case .image: 5_000_000
            case .video, .audio, .voice: 16_000_000
            case .document: 100_000_000
            case .sticker: animated ? 500_000 : 100_000
            }
        }
    }

    /// What to do with a file.
    public enum Verdict: Sendable, Hashable {
        /// Send it as this kind; with the media type (for voice with its parameter) and the name for the upload.
        case send(Kind, mimeType: String, fileName: String)
        /// Do not send it; tell the author why.
        case refuse(AuthorNotice.FileProblem)
    }

    /// The most bytes that any file may have.
    public static let largest = Kind.document.limit()

    /// The side of a sticker in pixels; stickers are squares.
    public static let stickerSide = 512

    /// Why a file of this size is not sent, whatever it is; known before its first byte is read. Nil if size is no reason.
    public static func refusal(ofSize size: Int64) -> AuthorNotice.FileProblem? {
        if size <= 0 { return .empty }
        return size > largest ? .tooLarge(limit: largest, size: size) : nil
    }

    /// What to do with a file.
    /// - Parameter name: the name that the colleague gave it.
    public static func verdict(for facts: FileFacts, name: String?) -> Verdict {
        if let problem = refusal(ofSize: facts.size) { return .refuse(problem) }
        let kind = kind(for: facts)
        return .send(kind, mimeType: mimeType(of: facts.type, as: kind), fileName: FileName.safe(name, type: facts.type))
    }

    private static func kind(for facts: FileFacts) -> Kind {
        guard let kind = ownKind(of: facts), facts.size <= kind.limit(animated: facts.isAnimated) else { return .document }
        return kind
    }

    /// The kind that a file could be if it is not too large; nil if it can only be a document.
    private static func ownKind(of facts: FileFacts) -> Kind? {
        switch facts.type {
        case .jpeg: return .image
        case .png: return facts.png.map { $0.bitDepth == 8 && ($0.colorType == 2 || $0.colorType == 6) } == true ? .image : nil
        case .webp: return facts.pixels == FileFacts.Pixels(width: stickerSide, height: stickerSide) ? .sticker : nil
        case .mp4, .threeGP: return isPlayable(facts.movie) ? .video : nil
        case .aac, .amr, .mp3, .m4a: return .audio
        case .oggOpus: return facts.opus?.isMono == true ? .voice : nil
        default: return nil
        }
    }

    /// WhatsApp takes H.264 with AAC, index first. What the file does not tell is left to WhatsApp; what it tells is not tried in vain.
    private static func isPlayable(_ movie: FileFacts.Movie?) -> Bool {
        guard let movie else { return true }
        return movie.isIndexFirst != false && movie.codecs.allSatisfy { !otherVideo.contains($0) }
    }

    private static let otherVideo: Set<String> = [
        "hvc1", "hev1", "dvh1", "dvhe", "av01", "vp08", "vp09", "mp4v", "s263", "jpeg", "mjpg", "apcn", "apch",
    ]

    private static func mimeType(of type: FileType, as kind: Kind) -> String {
        switch (kind, type) {
        // Without the parameter WhatsApp refuses it.
        case (.voice, _): "audio/ogg; codecs=opus"
        // Under its own type WhatsApp would measure it as what it does not fit.
        case (.document, _) where [.image, .video, .audio].contains(type.family): FileType.unknown.mimeType
        // Text is one of the types that documents may surely have, a card is not.
        case (.document, .vCard): FileType.text.mimeType
        default: type.mimeType
        }
    }
}
