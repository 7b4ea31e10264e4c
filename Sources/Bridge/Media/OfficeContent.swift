/// ZIP archives, and the Office documents that are ZIP archives, by the names of their first entries.
enum ZipContent {
    static func type(_ bytes: FileBytes, given: String?) -> FileType {
        var looksLikeOffice = false
        var place = 0
        // An entry has a head of 30 bytes at least, so there are never more.
        for number in 0..<bytes.count / 30 {
            guard bytes.has("PK\u{3}\u{4}", at: place), let flags = bytes.littleEndian(2, at: place + 6),
                let size = bytes.littleEndian(4, at: place + 18), let nameLength = bytes.littleEndian(2, at: place + 26),
                let extraLength = bytes.littleEndian(2, at: place + 28)
            else { break }
            let name = bytes.text(nameLength, at: place + 30)
            let content = place + 30 + nameLength + extraLength
            if number == 0, name == "mimetype", let type = openDocument(bytes.text(min(size, 100), at: content)) { return type }
            if let type = office(name) { return type }
            if name == "[Content_Types].xml" || name.hasPrefix("_rels/") || name.hasPrefix("docProps/") || name.hasPrefix("customXml/") {
                looksLikeOffice = true
            }
            if flags & 8 == 0 {
                place = content + size
            } else {
                // The size stands behind the content: look for the next entry.
                guard let next = bytes.firstIndex(of: [0x50, 0x4B, 0x03, 0x04], from: content) else { break }
                place = next
            }
        }
        // All that was seen is common to these, and what tells them apart comes later.
        guard looksLikeOffice, let given else { return .zip }
        return [FileType.docx, .xlsx, .pptx].first { $0.extensions.contains(given) } ?? .zip
    }

    private static func office(_ entry: String) -> FileType? {
        if entry.hasPrefix("word/") { return .docx }
        if entry.hasPrefix("xl/") { return .xlsx }
        if entry.hasPrefix("ppt/") { return .pptx }
        return nil
    }

    private static func openDocument(_ mimeType: String) -> FileType? {
        [FileType.odt, .ods, .odp].first { mimeType == $0.mimeType || mimeType == $0.mimeType + "-template" }
    }
}

/// The compound files of the old Office programs.
enum OLEContent {
    static let signature: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    static func type(_ bytes: FileBytes, given: String?) -> FileType {
        if let shift = bytes.littleEndian(2, at: 30), shift == 9 || shift == 12, let sector = bytes.littleEndian(4, at: 48) {
            // The directory is a list of entries of 128 bytes, each beginning with a name in UTF-16.
            let directory = (sector + 1) << shift
            for entry in stride(from: directory, to: min(directory + 1 << shift, bytes.count), by: 128) {
                let name = stride(from: entry, to: entry + 64, by: 2).map { bytes.littleEndian(2, at: $0) ?? 0 }.prefix { $0 != 0 }
                switch TextScalars.string(name.compactMap { UInt32(exactly: $0).flatMap(Unicode.Scalar.init) }) {
                case "WordDocument": return .doc
                case "Workbook", "Book": return .xls
                case "PowerPoint Document": return .ppt
                default: break
                }
            }
        }
        guard let given else { return .unknown }
        return [FileType.doc, .xls, .ppt].first { $0.extensions.contains(given) } ?? .unknown
    }
}
