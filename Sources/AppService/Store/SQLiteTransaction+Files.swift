import Bridge
import FoundationEssentials
import GRDB

extension SQLiteTransaction {
    // MARK: Files of customers

    private static let fileColumns = """
        SELECT id, event, conversation, number, file, state, details, attempts, not_before, recorded_at, placeholder FROM inbound_files
        """

    private func readFile(_ row: Row) throws -> InboundFile {
        let id = try row.id(0, of: InboundFile.self)
        let details = try row.optionalText(6)
        let state: InboundFile.State
        switch try row.text(5) {
        case "waiting": state = .waiting
        case "ready": state = .ready(try decode(SpooledFile.self, details ?? "", row: id.rawValue, of: "inbound_files"))
        case "handed-over": state = .handedOver
        case "failed": state = .failed(details.flatMap(InboundFile.Failure.init(rawValue:)) ?? .lost)
        default: throw damaged(id.rawValue, of: "inbound_files")
        }
        return InboundFile(
            id: id,
            event: try row.id(1),
            conversation: try row.id(2),
            number: PhoneNumberID(rawValue: try row.text(3)),
            file: try decode(CustomerFile.self, try row.text(4), row: id.rawValue, of: "inbound_files"),
            state: state,
            attempts: try row.decode(Int.self, atIndex: 7),
            notBefore: try row.moment(8),
            recordedAt: try row.moment(9),
            placeholder: try row.decode(Int64?.self, atIndex: 10).map(PostTask.ID.init(rawValue:))
        )
    }

    func insertInboundFile(
        event: InboundRecord.ID,
        conversation: Conversation.ID,
        number: PhoneNumberID,
        file: CustomerFile,
        at: Moment
    ) throws -> InboundFile.ID {
        try run(
            """
            INSERT INTO inbound_files (event, conversation, number, file, state, attempts, not_before, recorded_at, is_open)
            VALUES (?1, ?2, ?3, ?4, 'waiting', 0, ?5, ?5, 1)
            """,
            [event.rawValue, conversation.rawValue, number.rawValue, try Self.json(file), at.milliseconds]
        )
        return InboundFile.ID(rawValue: insertedRow)
    }

    func inboundFile(_ id: InboundFile.ID) throws -> InboundFile? {
        try row("\(Self.fileColumns) WHERE id = ?", [id.rawValue], readFile)
    }

    func inboundFiles(of event: InboundRecord.ID) throws -> [InboundFile] {
        try rows("\(Self.fileColumns) INDEXED BY inbound_files_event WHERE event = ? ORDER BY id", [event.rawValue], readFile)
    }

    func updateInboundFile(_ file: InboundFile) throws {
        let details: String? =
            switch file.state {
            case .waiting, .handedOver: nil
            case .ready(let spooled): try Self.json(spooled)
            case .failed(let failure): failure.rawValue
            }
        try change(
            file.id.rawValue,
            of: "inbound_files",
            """
            UPDATE inbound_files SET state = ?, details = ?, attempts = ?, not_before = ?, placeholder = ?, is_open = ? WHERE id = ?
            """,
            [
                file.state.name, details, file.attempts, file.notBefore.milliseconds, file.placeholder?.rawValue, file.needsCare,
                file.id.rawValue,
            ]
        )
    }

    func inboundFilesInNeed(after: InboundFile.ID?, limit: Int) throws -> [InboundFile] {
        try rows(
            "\(Self.fileColumns) INDEXED BY inbound_files_open WHERE is_open = 1 AND id > ? ORDER BY id LIMIT ?",
            [after?.rawValue ?? 0, max(0, limit)],
            readFile
        )
    }

    func unfinishedInboundFiles(after: InboundFile.ID?, limit: Int) throws -> [InboundFile] {
        try rows(
            """
            \(Self.fileColumns) INDEXED BY inbound_files_unfinished WHERE state IN ('waiting', 'ready') AND id > ? ORDER BY id LIMIT ?
            """,
            [after?.rawValue ?? 0, max(0, limit)],
            readFile
        )
    }

    // MARK: Transfers and uploads

    func setProgress(_ progress: TransferProgress?, of subject: TransferSubject) throws {
        let (direction, id): (String, Int64) =
            switch subject {
            case .inbound(let id): ("in", id.rawValue)
            case .outgoing(let id): ("out", id.rawValue)
            }
        guard let progress else {
            try run("DELETE FROM transfers WHERE direction = ? AND subject = ?", [direction, id])
            return
        }
        try run(
            """
            INSERT INTO transfers (direction, subject, done, total) VALUES (?, ?, ?, ?)
            ON CONFLICT (direction, subject) DO UPDATE SET done = excluded.done, total = excluded.total
            """,
            [direction, id, progress.done, progress.total]
        )
    }

    func forgetProgress() throws { try run("DELETE FROM transfers", []) }

    func upload(of digest: [UInt8], mimeType: String, number: PhoneNumberID) throws -> KnownUpload? {
        try row(
            "SELECT media_id, uploaded_at FROM uploads WHERE sha256 = ? AND mime_type = ? AND number = ?",
            [Data(digest), mimeType, number.rawValue]
        ) { KnownUpload(mediaID: try $0.text(0), at: try $0.moment(1)) }
    }

    func setUpload(_ upload: KnownUpload, of digest: [UInt8], mimeType: String, number: PhoneNumberID) throws {
        try run(
            """
            INSERT INTO uploads (sha256, mime_type, number, media_id, uploaded_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (sha256, mime_type, number) DO UPDATE SET media_id = excluded.media_id, uploaded_at = excluded.uploaded_at
            """,
            [Data(digest), mimeType, number.rawValue, upload.mediaID, upload.at.milliseconds]
        )
    }

    func forgetUpload(mediaID: String, number: PhoneNumberID) throws {
        // Every row is looked at; it happens only when Meta refuses a file.
        try run("DELETE FROM uploads WHERE media_id = ? AND number = ?", [mediaID, number.rawValue])
    }
}
