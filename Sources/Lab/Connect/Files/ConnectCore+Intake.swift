extension ConnectCore {
    /// Decides whether bytes that arrive over HTTP are taken.
    mutating func begin(_ target: ConnectFileTarget, now: Int64) -> ConnectIntake {
        switch target {
        case .buffer(let id, let token): beginUpload(id, token: token, now: now)
        case .push(let session, let key, _): beginPush(session: session, key: key, now: now)
        }
    }

    /// The bytes have arrived, or without a file, not all of them; the id is that of the answer, nil if nobody wants them any more.
    mutating func end(_ target: ConnectFileTarget, _ file: LabFile?, mime: String?, isLost: Bool, now: Int64) -> (
        id: UInt64?, actions: [ConnectAction]
    ) {
        switch target {
        case .buffer(let id, _): (endUpload(id, file, mime: mime, isLost: isLost, now: now) ? id : nil, [])
        case .push(_, let key, let name):
            endPush(
                key: key,
                file.map { ConnectIncomingFile(name: name, mime: ConnectFileName.mime(mime, name: name), file: $0, isLost: isLost) })
        }
    }
}
