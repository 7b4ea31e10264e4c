extension FileType {
    /// The extensions under which this type is known, without the dot and in lower case; the usual one first.
    ///
    /// Text and ZIP archives have many more: see `FileName`.
    var extensions: [String] {
        switch self {
        case .jpeg: ["jpg", "jpeg"]
        case .png: ["png"]
        case .gif: ["gif"]
        case .webp: ["webp"]
        case .heic: ["heic"]
        case .heif: ["heif", "hif"]
        case .avif: ["avif"]
        case .bmp: ["bmp"]
        case .tiff: ["tif", "tiff"]
        case .mp4: ["mp4", "m4v"]
        case .quickTime: ["mov", "qt"]
        case .threeGP: ["3gp"]
        case .threeGP2: ["3g2"]
        case .webm: ["webm"]
        case .matroska: ["mkv", "mka"]
        // WhatsApp judges by the name too, and takes no ".opus" and no ".oga" (Cloud API, 4.1).
        case .oggOpus, .oggVorbis: ["ogg"]
        case .ogg: ["ogg", "ogv", "ogx", "oga", "spx"]
        case .m4a: ["m4a", "m4b"]
        case .mp3: ["mp3"]
        case .aac: ["aac"]
        case .amr: ["amr"]
        case .amrWideband: ["awb"]
        case .wav: ["wav"]
        case .flac: ["flac"]
        case .pdf: ["pdf"]
        case .rtf: ["rtf"]
        // Templates, and what holds macros: Word opens these only under their own extensions.
        case .docx: ["docx", "docm", "dotx", "dotm"]
        case .xlsx: ["xlsx", "xlsm", "xltx", "xltm", "xlsb"]
        case .pptx: ["pptx", "pptm", "potx", "potm", "ppsx", "ppsm"]
        case .odt: ["odt", "ott"]
        case .ods: ["ods", "ots"]
        case .odp: ["odp", "otp"]
        case .doc: ["doc", "dot"]
        case .xls: ["xls", "xlt"]
        case .ppt: ["ppt", "pps", "pot"]
        case .zip: ["zip"]
        case .vCard: ["vcf", "vcard"]
        case .text:
            [
                "txt", "csv", "tsv", "log", "md", "html", "htm", "xhtml", "svg", "xml", "json", "yaml", "yml", "ics", "vcf", "vcard", "eml", "ini",
                "conf", "css", "js",
            ]
        case .unknown: ["bin"]
        }
    }

    /// Other extensions in use that say something of a file's type; no type has them as its own.
    private static let otherExtensions: Set<String> = ["opus", "jpe", "jfif", "mpga", "mpeg", "mpg", "avi", "wmv", "wma", "3gpp", "f4v"]

    /// Tells whether the extension (lower case) promises a certain type, whichever that is.
    static func isTelling(_ fileExtension: String) -> Bool {
        fileExtension != "bin" && (otherExtensions.contains(fileExtension) || allCases.contains { $0.extensions.contains(fileExtension) })
    }

    /// The type that a media type names; parameters and case do not count. Nil for one that names none of these types.
    public init?(mimeType: String) {
        guard let match = Self.named[Self.withoutParameters(mimeType)] else { return nil }
        self = match
    }

    /// A media type in lower case without its parameters: `audio/ogg; codecs=opus` is `audio/ogg`.
    public static func withoutParameters(_ mimeType: String) -> String {
        // The longest registered ones have well below a hundred characters.
        let scalars = Array(mimeType.unicodeScalars.prefix(256).prefix { $0 != ";" && $0 != "," })
        return TextScalars.string(scalars[TextScalars.trimmed(scalars)].map(TextScalars.lowercasedASCII))
    }

    private static let named: [String: FileType] = {
        var result: [String: FileType] = [
            "image/jpg": .jpeg, "image/pjpeg": .jpeg, "image/x-png": .png, "image/x-ms-bmp": .bmp, "image/heic-sequence": .heic,
            "image/heif-sequence": .heif, "video/x-m4v": .mp4, "application/mp4": .mp4, "audio/3gpp": .threeGP, "audio/opus": .oggOpus,
            "audio/x-m4a": .m4a, "audio/m4a": .m4a, "audio/aacp": .aac, "audio/x-aac": .aac, "audio/mp3": .mp3, "audio/x-mp3": .mp3,
            "audio/x-wav": .wav, "audio/wave": .wav, "audio/vnd.wave": .wav, "audio/x-flac": .flac, "video/ogg": .ogg, "audio/webm": .webm,
            "audio/x-matroska": .matroska, "application/x-pdf": .pdf, "text/rtf": .rtf, "application/x-zip-compressed": .zip,
            "text/x-vcard": .vCard, "text/directory": .vCard, "text/csv": .text, "text/html": .text, "image/svg+xml": .text,
            "application/json": .text,
            "application/xml": .text, "text/xml": .text, "text/markdown": .text, "text/calendar": .text,
        ]
        for type in allCases where type != .oggVorbis { result[type.mimeType] = type }
        return result
    }()

    /// The extension of a name, in lower case without the dot: one to eight letters and digits; nil if it has none.
    static func fileExtension(of name: String) -> String? {
        let end = Array(name.unicodeScalars.suffix(9))
        guard let dot = end.lastIndex(of: "."), (1...8).contains(end.count - dot - 1) else { return nil }
        let letters = end[(dot + 1)...].map(TextScalars.lowercasedASCII)
        guard letters.allSatisfy({ TextScalars.isASCIILetter($0) || TextScalars.isDigit($0) }) else { return nil }
        return TextScalars.string(letters)
    }
}
