/// What a file is, as its first bytes say. A name alone makes nothing a picture: SVG and HTML are text like any other.
public enum FileType: String, Sendable, Hashable, CaseIterable, Codable {
    case jpeg, png, gif, webp, heic, heif, avif, bmp, tiff
    case mp4, quickTime, threeGP, threeGP2, webm, matroska
    /// Ogg with one stream of Opus, of Vorbis, or with anything else.
    case oggOpus, oggVorbis, ogg
    case m4a, mp3, aac, amr, amrWideband, wav, flac
    case pdf, rtf, docx, xlsx, pptx, odt, ods, odp, doc, xls, ppt
    case zip
    case vCard
    /// Text of any kind: notes, CSV, HTML, SVG, source code.
    case text
    /// None of the others.
    case unknown

    /// What a file is made for.
    public enum Family: String, Sendable, Hashable, CaseIterable, Codable {
        case image, video, audio, document, text, archive, other
    }

    /// What the file is made for.
    public var family: Family {
        switch self {
        case .jpeg, .png, .gif, .webp, .heic, .heif, .avif, .bmp, .tiff: .image
        case .mp4, .quickTime, .threeGP, .threeGP2, .webm, .matroska: .video
        case .oggOpus, .oggVorbis, .m4a, .mp3, .aac, .amr, .amrWideband, .wav, .flac: .audio
        case .pdf, .rtf, .docx, .xlsx, .pptx, .odt, .ods, .odp, .doc, .xls, .ppt: .document
        case .vCard, .text: .text
        case .zip: .archive
        case .ogg, .unknown: .other
        }
    }

    /// The media type, in lower case and without parameters.
    public var mimeType: String {
        switch self {
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        case .gif: "image/gif"
        case .webp: "image/webp"
        case .heic: "image/heic"
        case .heif: "image/heif"
        case .avif: "image/avif"
        case .bmp: "image/bmp"
        case .tiff: "image/tiff"
        case .mp4: "video/mp4"
        case .quickTime: "video/quicktime"
        case .threeGP: "video/3gpp"
        case .threeGP2: "video/3gpp2"
        case .webm: "video/webm"
        case .matroska: "video/x-matroska"
        case .oggOpus, .oggVorbis: "audio/ogg"
        case .ogg: "application/ogg"
        case .m4a: "audio/mp4"
        case .mp3: "audio/mpeg"
        case .aac: "audio/aac"
        case .amr: "audio/amr"
        case .amrWideband: "audio/amr-wb"
        case .wav: "audio/wav"
        case .flac: "audio/flac"
        case .pdf: "application/pdf"
        case .rtf: "application/rtf"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation"
        case .odt: "application/vnd.oasis.opendocument.text"
        case .ods: "application/vnd.oasis.opendocument.spreadsheet"
        case .odp: "application/vnd.oasis.opendocument.presentation"
        case .doc: "application/msword"
        case .xls: "application/vnd.ms-excel"
        case .ppt: "application/vnd.ms-powerpoint"
        case .zip: "application/zip"
        case .vCard: "text/vcard"
        case .text: "text/plain"
        case .unknown: "application/octet-stream"
        }
    }

    /// The extension that a name of this type gets, without the dot.
    public var fileExtension: String { extensions.first ?? "bin" }
}
