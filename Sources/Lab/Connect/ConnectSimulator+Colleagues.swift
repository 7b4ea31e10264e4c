extension ConnectSimulator {
    /// A colleague posts or replies; returns the post's id.
    ///
    /// - Throws: `LabError` for an unknown colleague, and for a reply to what the colleague does not see; whatever goes wrong when files are
    ///   made.
    @discardableResult
    public func post(_ post: ConnectHumanPost) throws -> UInt64 {
        let post = try withFilesMade(post)
        var id: UInt64 = 0
        try step { core, now throws(LabError) in
            let result = try core.post(post, now: now)
            id = result.id
            return result.actions
        }
        return id
    }

    /// A colleague changes the text of an own post; in the public profile nobody is told.
    ///
    /// - Throws: `LabError` for an unknown post, and for a foreign one.
    public func update(_ id: UInt64, by sip: String, text: String) throws {
        try step { core, now throws(LabError) in
            try core.update(id, by: sip, text: text, now: now)
        }
    }

    /// A colleague deletes an own post; in the public profile nobody is told.
    ///
    /// - Throws: `LabError` for an unknown post, and for a foreign one.
    public func delete(_ id: UInt64, by sip: String) throws {
        try step { core, _ throws(LabError) in
            try core.delete(id, by: sip)
            return []
        }
    }

    /// A colleague likes a post, or takes the like back.
    ///
    /// - Throws: `LabError` for a post that the colleague does not see.
    public func like(_ id: UInt64, by sip: String, _ likes: Bool = true) throws {
        try step { core, _ throws(LabError) in
            try core.like(id, by: sip, likes)
        }
    }

    /// Makes the files that do not lie on disk yet.
    func withFilesMade(_ post: ConnectHumanPost) throws -> ConnectHumanPost {
        var post = post
        for index in post.files.indices where post.files[index].made == nil { post.files[index].made = try files.make(post.files[index].source) }
        return post
    }
}
