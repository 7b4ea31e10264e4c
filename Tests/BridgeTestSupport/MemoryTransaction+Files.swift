import Bridge

extension MemoryTransaction {
    // MARK: Posts of tasks

    func setPost(_ post: PostReference, madeBy task: PostTask.ID) throws {
        try change { contents in
            guard contents.tasks.find(task) != nil else { throw MemoryStoreError.noRow(task.rawValue) }
            contents.made[task] = post
        }
    }

    func post(madeBy task: PostTask.ID) -> PostReference? { contents.made[task] }

    func reactionTask(in conversation: Conversation.ID, to wamid: Wamid) -> PostTask.ID? {
        contents.reactions[.init(conversation: conversation, wamid: wamid)]
    }

    func setReactionTask(_ task: PostTask.ID, in conversation: Conversation.ID, to wamid: Wamid) throws {
        try change { $0.reactions[.init(conversation: conversation, wamid: wamid)] = task }
    }

    // MARK: Files of customers

    func insertInboundFile(
        event: InboundRecord.ID,
        conversation: Conversation.ID,
        number: PhoneNumberID,
        file: CustomerFile,
        at: Moment
    ) throws -> InboundFile.ID {
        try change { contents in
            let id = contents.files.append { id in
                InboundFile(id: id, event: event, conversation: conversation, number: number, file: file, notBefore: at, recordedAt: at)
            }
            contents.filesByEvent[event, default: []].append(id)
            contents.filesInNeed.insert(id)
            return id
        }
    }

    func inboundFile(_ id: InboundFile.ID) -> InboundFile? { contents.files.find(id) }

    func inboundFiles(of event: InboundRecord.ID) -> [InboundFile] {
        (contents.filesByEvent[event] ?? []).compactMap(contents.files.find)
    }

    func updateInboundFile(_ file: InboundFile) throws {
        try change { contents in
            try contents.files.change(file.id) { row in
                row.state = file.state
                row.attempts = file.attempts
                row.notBefore = file.notBefore
                row.placeholder = file.placeholder
            }
            contents.filesInNeed.set(file.id, isMember: file.needsCare)
        }
    }

    func inboundFilesInNeed(after: InboundFile.ID?, limit: Int) -> [InboundFile] {
        contents.filesInNeed.after(after).prefix(max(0, limit)).compactMap(contents.files.find)
    }

    func unfinishedInboundFiles(after: InboundFile.ID?, limit: Int) -> [InboundFile] {
        contents.files.all.lazy.filter { file in
            guard after.map({ file.id > $0 }) ?? true else { return false }
            return switch file.state {
            case .waiting, .ready: true
            case .handedOver, .failed: false
            }
        }.prefix(max(0, limit)).map(\.self)
    }

    // MARK: Transfers and uploads

    func setProgress(_ progress: TransferProgress?, of subject: TransferSubject) throws {
        try change { $0.progress[subject] = progress }
    }

    func forgetProgress() throws { try change { $0.progress = [:] } }

    func upload(of digest: [UInt8], mimeType: String, number: PhoneNumberID) -> KnownUpload? {
        contents.uploads[.init(digest: digest, mimeType: mimeType, number: number)]
    }

    func setUpload(_ upload: KnownUpload, of digest: [UInt8], mimeType: String, number: PhoneNumberID) throws {
        try change { $0.uploads[.init(digest: digest, mimeType: mimeType, number: number)] = upload }
    }

    func forgetUpload(mediaID: String, number: PhoneNumberID) throws {
        try change { contents in
            contents.uploads = contents.uploads.filter { $0.key.number != number || $0.value.mediaID != mediaID }
        }
    }
}
