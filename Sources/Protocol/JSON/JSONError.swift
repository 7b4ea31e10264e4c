/// Why bytes are not the JSON that was expected. Holds nothing of what came from outside, so it is safe to log.
public enum JSONError: Error, Hashable, Sendable {
    /// Not well-formed; `offset` is the byte, from 0, at which that showed.
    case malformed(offset: Int)
    /// Arrays and objects are nested deeper than 64 levels.
    case tooDeep
    /// Not UTF-8.
    case notUTF8
    /// Well-formed, but no object.
    case notAnObject
    /// An object has more members than are read.
    case tooManyMembers
}
