/// The classes of media that may be sent, with their types and sizes (WhatsApp, Types and sizes).
enum MetaMediaClass: String, Sendable, CaseIterable {
    case image, video, audio, document, sticker

    private static let types: [(MetaMediaClass, Set<String>)] = [
        (.image, ["image/jpeg", "image/png"]), (.video, ["video/mp4", "video/3gpp"]),
        (.audio, ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"]), (.sticker, ["image/webp"]),
        (
            .document,
            [
                "text/plain", "application/pdf", "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            ]
        ),
    ]

    /// A type without its parameters, in lower case.
    static func essence(of mimeType: String) -> String {
        let essence = mimeType.prefix { $0 != ";" }
        return essence.filter { !$0.isWhitespace }.lowercased()
    }

    /// The class of a type; nil if it is not taken.
    ///
    /// - Parameter takesUnlisted: Whether types that are not listed pass as documents, if they are no pictures, films or sounds.
    static func of(_ mimeType: String, takesUnlisted: Bool) -> MetaMediaClass? {
        let essence = essence(of: mimeType)
        if let listed = types.first(where: { $0.1.contains(essence) }) { return listed.0 }
        let parts = essence.split(separator: "/", omittingEmptySubsequences: false)
        guard takesUnlisted, parts.count == 2, !parts[1].isEmpty, !["image", "video", "audio"].contains(parts[0]) else { return nil }
        return .document
    }

    /// The most bytes.
    func maximumSize(isAnimated: Bool) -> Int64 {
        switch self {
        case .image: 5_000_000
        case .video, .audio: 16_000_000
        case .document: Self.largest
        case .sticker: isAnimated ? 500_000 : 100_000
        }
    }

    /// The most bytes of any class.
    static let largest: Int64 = 100_000_000

    /// Whether media of this class may be sent in a message of that type. Everything may be sent as a document.
    func fits(messageType: String) -> Bool { messageType == rawValue || messageType == "document" }
}
