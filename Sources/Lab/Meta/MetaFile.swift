/// A file that somebody sends on WhatsApp.
public struct MetaFile: Sendable, Equatable {
    /// The message type that carries it.
    public enum Kind: String, Sendable, CaseIterable {
        case image, video, audio, document, sticker
    }

    /// The message type.
    public var kind: Kind
    /// Where its bytes come from.
    public var source: LabFileSource
    /// The type that is told, with its parameters.
    public var mimeType: String
    /// The file name; told of documents only.
    public var name: String?
    /// The text below it; told of images, videos and documents only.
    public var caption: String?
    /// Whether it was recorded in the chat; told of audio only.
    public var isVoice = false
    /// Whether a sticker moves.
    public var isAnimated = false

    /// A file of any kind and type, whether or not they fit each other.
    public init(_ kind: Kind, _ source: LabFileSource, mimeType: String, name: String? = nil, caption: String? = nil) {
        self.kind = kind
        self.source = source
        self.mimeType = mimeType
        self.name = name
        self.caption = caption
    }

    /// A picture.
    public static func image(_ source: LabFileSource, mimeType: String = "image/jpeg", caption: String? = nil) -> MetaFile {
        MetaFile(.image, source, mimeType: mimeType, caption: caption)
    }

    /// A video.
    public static func video(_ source: LabFileSource, mimeType: String = "video/mp4", caption: String? = nil) -> MetaFile {
        MetaFile(.video, source, mimeType: mimeType, caption: caption)
    }

    /// An audio file from elsewhere.
    public static func audio(_ source: LabFileSource, mimeType: String = "audio/mpeg") -> MetaFile { MetaFile(.audio, source, mimeType: mimeType) }

    /// A voice note.
    public static func voiceNote(_ source: LabFileSource) -> MetaFile {
        var file = MetaFile(.audio, source, mimeType: "audio/ogg; codecs=opus")
        file.isVoice = true
        return file
    }

    /// A document; people name files as they like.
    public static func document(
        _ source: LabFileSource, name: String?, mimeType: String = "application/pdf", caption: String? = nil
    ) -> MetaFile {
        MetaFile(.document, source, mimeType: mimeType, name: name, caption: caption)
    }

    /// A sticker.
    public static func sticker(_ source: LabFileSource, isAnimated: Bool = false) -> MetaFile {
        var file = MetaFile(.sticker, source, mimeType: "image/webp")
        file.isAnimated = isAnimated
        return file
    }
}

/// The file of a message, as it lies at Meta.
public struct MetaAttachment: Sendable, Equatable {
    /// The media ID.
    public var mediaID: String
    /// The type with its parameters, as told by whoever sent it.
    public var mimeType: String
    /// The file name, where there is one.
    public var name: String?
    /// Size and digest.
    public var file: LabFile
    /// Whether it is a voice note.
    public var isVoice = false
    /// Whether it is a sticker that moves.
    public var isAnimated = false
}
