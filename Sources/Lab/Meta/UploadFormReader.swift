import Foundation

/// Collects the parts of an upload: small fields in memory, the file on disk.
struct UploadFormReader {
    private static let longestField = 4_096
    private static let mostFields = 16

    private let files: LabFileStore
    /// What has arrived.
    private(set) var form = MetaCore.UploadForm()
    private var field: (name: String, value: [UInt8])?
    private var writer: LabFileStore.Writer?

    init(files: LabFileStore) { self.files = files }

    /// - Throws: `MetaError` for a form that is not taken.
    mutating func take(_ event: MultipartReader.Event) throws {
        switch event {
        case .part(let part):
            guard part.name == "file" else {
                guard form.fields.count < Self.mostFields else { throw MetaError.parameter("The form has too many fields") }
                field = (part.name, [])
                return
            }
            guard form.file == nil else { throw MetaError.parameter("The form has more than one file") }
            form.fileName = part.fileName
            form.contentType = part.contentType
            writer = try files.writer()
        case .bytes(let bytes):
            if let writer {
                try writer.write(Data(bytes))
                guard writer.size <= MetaMediaClass.largest else {
                    throw MetaError(code: 131_053, details: "A file of more than \(MetaMediaClass.largest) bytes is too large")
                }
            } else if field != nil {
                field?.value += bytes
                guard (field?.value.count ?? 0) <= Self.longestField else { throw MetaError.parameter("A field of the form is too long") }
            }
        case .end:
            if let writer {
                let file = try writer.finish()
                form.file = file
                form.isAnimated = WebPHead.isAnimated(try files.head(of: file, upTo: WebPHead.length))
                self.writer = nil
            } else if let field {
                form.fields[field.name] = String(decoding: field.value, as: UTF8.self)
            }
            field = nil
        }
    }

}
