import Foundation
import Glibc

/// A folder for this process alone, in the system's folder for temporary files.
struct TemporaryDirectory {
    let path: String

    /// Makes the folder, with mode 0700.
    init() throws(LabFailure) {
        var template = Array((FileManager.default.temporaryDirectory.path + "/whatsapp-connector-XXXXXX").utf8CString)
        guard mkdtemp(&template) != nil else {
            throw LabFailure(
                "no folder can be made in \(FileManager.default.temporaryDirectory.path) (\(String(cString: strerror(errno)))); "
                    + "set TMPDIR to a folder that this user may write to"
            )
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Removes the folder and all that is in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}
