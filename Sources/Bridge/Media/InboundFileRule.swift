/// How a customer's file comes to Connect.
public enum InboundFileRule {
    /// The most bytes that are loaded from WhatsApp. Its limit is 100 MB without a word on which megabyte, so the larger one of 2^20 bytes holds.
    public static let largest: Int64 = 100 * 1_048_576

    /// Tells whether a file is too large to be passed on.
    /// - Parameters:
    ///   - size: in bytes, as announced or as counted so far.
    ///   - connectLimit: the most bytes that Connect takes; nil if it does not say.
    public static func isTooLarge(_ size: Int64, connectLimit: Int64? = nil) -> Bool {
        size > min(largest, connectLimit ?? largest)
    }

    /// The name of the file in Connect: the customer's own, made safe, or what kind of file it is, in the language of the instance.
    public static func fileName(_ name: String?, of media: MessagePlaceholder.Media, type: FileType, in language: Language) -> String {
        FileName.safe(name, type: type, fallback: fallback(for: media, in: language))
    }

    private static func fallback(for media: MessagePlaceholder.Media, in language: Language) -> String {
        switch media {
        case .image: language.pick("Picture", "Bild")
        case .video: language.pick("Video", "Video")
        case .audio: language.pick("Audio", "Audio")
        case .voice: language.pick("Voice message", "Sprachnachricht")
        case .document: language.pick("File", "Datei")
        case .sticker: language.pick("Sticker", "Sticker")
        }
    }
}
