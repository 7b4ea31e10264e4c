/// What a colleague is told privately, in the discussion that it is about.
public enum AuthorNotice: Sendable, Hashable {
    /// Why a file was not sent.
    public enum FileProblem: Sendable, Hashable {
        /// Larger than WhatsApp takes; with the limit and the file's own size in bytes. The size is nil if it is only known to be larger.
        case tooLarge(limit: Int64, size: Int64?)
        /// There is not a single byte in it.
        case empty
        /// WhatsApp does not take this type.
        case type
        /// Connect did not hand the file out.
        case unreadable
        /// WhatsApp refused it.
        case refused(GraphFailure)
    }

    /// The customer service window is over; nothing was sent.
    case windowClosed
    /// The discussion was closed before; nothing was sent.
    case discussionClosed
    /// The discussion was closed because its number belongs to another zone now; nothing was sent.
    case discussionMoved
    /// The business number has no licence; nothing was sent.
    case notLicensed(number: String)
    /// The business number is not, or no longer, set up; nothing was sent.
    case numberUnknown(number: String?)
    /// The access token is dead; posts wait.
    case tokenBroken(number: String)
    /// The post waited until its window was over; nothing was sent.
    case tooOld
    /// Nobody knows whether WhatsApp has the message.
    case possiblyNotSent(excerpt: String?)
    /// WhatsApp refused the message.
    case failed(GraphFailure)
    /// A post of several messages: this one was refused, those after it were not sent. Counted from 1.
    case partFailed(Int, of: Int, excerpt: String?, GraphFailure)
    /// There was nothing in the post to send.
    case emptyPost
    /// One file of the post was not sent; with whether its caption, or what follows it in the post, was not sent either.
    case fileNotSent(name: String?, FileProblem, andRest: Bool = false)
    /// A file of the post could not be sent for a while, and is tried on. The name is nil if it is not known which file.
    case fileDelayed(name: String?)
    /// A post outside all WhatsApp discussions.
    case foreignDiscussion
    /// The post answers a private one; nothing was sent.
    case privateAncestor
    /// What the post answers cannot be found, and so may have been private; nothing was sent.
    case unknownAncestor

    /// The sentence in a language.
    public func text(in language: Language) -> String {
        switch self {
        case .windowClosed:
            return language.pick(
                "Your post was not sent to the customer: the customer's last message is more than 24 hours old, and WhatsApp lets us answer only "
                    + "within 24 hours. As soon as the customer writes again, a new discussion opens here, and you can answer there.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Die letzte Nachricht des Kunden ist älter als 24 Stunden, und WhatsApp erlaubt "
                    + "Antworten nur innerhalb von 24 Stunden. Sobald der Kunde wieder schreibt, öffnet sich hier eine neue Diskussion, in der Sie "
                    + "antworten können."
            )
        case .discussionClosed:
            return language.pick(
                "Your post was not sent to the customer: this discussion is closed. Please answer in the customer's newest discussion.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Diese Diskussion ist abgeschlossen. Bitte antworten Sie in der neuesten Diskussion "
                    + "des Kunden."
            )
        case .discussionMoved:
            return language.pick(
                "Your post was not sent to the customer: this discussion is closed, because the WhatsApp number no longer belongs to this zone. As "
                    + "soon as the customer writes again, a new discussion opens in the number's new zone, and you can answer there.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Diese Diskussion ist abgeschlossen, denn die WhatsApp-Nummer gehört nicht mehr zu "
                    + "diesem Bereich. Sobald der Kunde wieder schreibt, öffnet sich im neuen Bereich der Nummer eine neue Diskussion, in der Sie "
                    + "antworten können."
            )
        case .notLicensed(let number):
            let number = Self.number(number, in: language)
            return language.pick(
                "Your post was not sent to the customer: there is no licence for the WhatsApp \(number). Please tell your administrator.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Für die WhatsApp-\(number) fehlt eine Lizenz. Bitte informieren Sie Ihren "
                    + "Administrator."
            )
        case .numberUnknown(let number):
            let number = Self.number(number ?? "", in: language)
            return language.pick(
                "Your post was not sent to the customer: the WhatsApp \(number) is not set up in the connector. Please tell your administrator.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Die WhatsApp-\(number) ist im Connector nicht eingerichtet. Bitte informieren Sie "
                    + "Ihren Administrator."
            )
        case .tokenBroken(let number):
            let number = Self.number(number, in: language)
            return language.pick(
                "Your post could not be sent yet: the access to WhatsApp for the \(number) has expired or was withdrawn. It is sent when your "
                    + "administrator has connected the WhatsApp account again; please tell your administrator.",
                "Ihr Beitrag konnte noch nicht gesendet werden: Der Zugang zu WhatsApp für die \(number) ist abgelaufen oder wurde entzogen. Er wird "
                    + "gesendet, wenn Ihr Administrator das WhatsApp-Konto neu verbunden hat; bitte informieren Sie ihn."
            )
        case .tooOld:
            return language.pick(
                "Your post was not sent to the customer: it had to wait until the 24 hours in which WhatsApp lets us answer were over. If it still "
                    + "matters, reach the customer in another way.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Er musste warten, bis die 24 Stunden vorbei waren, in denen WhatsApp Antworten "
                    + "erlaubt. Ist er noch wichtig, erreichen Sie den Kunden bitte auf anderem Weg."
            )
        case .possiblyNotSent(let excerpt):
            let part = Self.quoted(excerpt, in: language)
            return language.pick(
                "Your post\(part) was possibly not sent: WhatsApp did not say whether it arrived. Please ask the customer before you send it again.",
                "Ihr Beitrag\(part) wurde möglicherweise nicht gesendet: WhatsApp hat nicht gemeldet, ob er angekommen ist. Bitte fragen Sie den "
                    + "Kunden, bevor Sie ihn noch einmal senden."
            )
        case .failed(let failure):
            return language.pick("Your post was not sent to the customer. ", "Ihr Beitrag wurde nicht an den Kunden gesendet. ")
                + Texts(language).text(failure)
        case .partFailed(let number, let count, let excerpt, let failure):
            let part = Self.quoted(excerpt, in: language)
            return language.pick(
                "Your post needed several messages. Part \(number) of \(count)\(part) and what follows it did not reach the customer; please send "
                    + "that again. ",
                "Ihr Beitrag brauchte mehrere Nachrichten. Teil \(number) von \(count)\(part) und was danach kommt haben den Kunden nicht erreicht; "
                    + "bitte senden Sie das noch einmal. "
            ) + Texts(language).text(failure)
        case .fileNotSent(let name, let problem, let andRest):
            let file = Self.file(name, in: language)
            let sentence =
                andRest
                ? language.pick(
                    "\(file) was not sent to the customer, and neither were its text and what follows it in your post. ",
                    "\(file) wurde nicht an den Kunden gesendet, ebenso wenig ihr Text und was in Ihrem Beitrag danach kommt. "
                ) : language.pick("\(file) was not sent to the customer. ", "\(file) wurde nicht an den Kunden gesendet. ")
            return sentence + problem.text(in: language)
        case .fileDelayed(let name):
            let file = Self.file(name, in: language)
            return language.pick(
                "\(file) of your post has not been sent to the customer yet: it could not be loaded from Connect or handed to WhatsApp so far. It is "
                    + "tried again and again, and what was written after it waits. You need not do anything; if it cannot be sent in time, you "
                    + "will be told.",
                "\(file) Ihres Beitrags wurde noch nicht an den Kunden gesendet: Sie ließ sich bisher nicht aus Connect laden oder an WhatsApp "
                    + "übergeben. Es wird weiter versucht, und was danach geschrieben wurde, wartet so lange. Sie müssen nichts tun; gelingt es "
                    + "nicht rechtzeitig, erfahren Sie es."
            )
        case .foreignDiscussion:
            return language.pick(
                "Your post was not sent to WhatsApp: only customers can open a WhatsApp discussion. Please answer in a discussion that a customer has "
                    + "opened.",
                "Ihr Beitrag wurde nicht an WhatsApp gesendet: Nur Kunden können eine WhatsApp-Diskussion eröffnen. Bitte antworten Sie in einer "
                    + "Diskussion, die ein Kunde eröffnet hat."
            )
        case .privateAncestor:
            return language.pick(
                "Your post was not sent to the customer, because it answers a private post. To write to the customer, answer a post that everybody "
                    + "sees.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet, weil er einen privaten Beitrag beantwortet. Um dem Kunden zu schreiben, antworten Sie "
                    + "auf einen Beitrag, den alle sehen."
            )
        case .unknownAncestor:
            return language.pick(
                "Your post was not sent to the customer, because the post that it answers cannot be found and may have been private. To write to the "
                    + "customer, answer the first post of the discussion.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet, weil der Beitrag, den er beantwortet, nicht zu finden ist und privat gewesen sein "
                    + "kann. Um dem Kunden zu schreiben, antworten Sie auf den ersten Beitrag der Diskussion."
            )
        case .emptyPost:
            return language.pick(
                "Your post was not sent to the customer: there was nothing in it to send. Please write a text.",
                "Ihr Beitrag wurde nicht an den Kunden gesendet: Er enthielt nichts zum Senden. Bitte schreiben Sie einen Text."
            )
        }
    }

    private static func number(_ number: String, in language: Language) -> String {
        let number = Excerpt.text(number, limit: 40)
        return language.pick("number", "Rufnummer") + (number.isEmpty ? "" : " " + number)
    }

    private static func file(_ name: String?, in language: Language) -> String {
        let name = Excerpt.text(name ?? "", limit: 80)
        return name.isEmpty ? language.pick("A file", "Eine Datei") : language.pick("The file “\(name)”", "Die Datei „\(name)“")
    }

    private static func quoted(_ excerpt: String?, in language: Language) -> String {
        let excerpt = Excerpt.text(excerpt ?? "", limit: 60)
        return excerpt.isEmpty ? "" : language.pick(" (“\(excerpt)”)", " („\(excerpt)“)")
    }
}

extension AuthorNotice.FileProblem {
    /// Why, and what to do.
    func text(in language: Language) -> String {
        switch self {
        case .tooLarge(let limit, let size):
            (size.map { size in
                let size = FileSizeText.text(bytes: size, in: language)
                return language.pick("It has \(size). ", "Sie hat \(size). ")
            } ?? "")
                + language.pick(
                    "WhatsApp takes such files only up to \(FileSizeText.text(bytes: limit, in: language)). Please make it smaller or send a link.",
                    "WhatsApp nimmt solche Dateien nur bis \(FileSizeText.text(bytes: limit, in: language)). Bitte verkleinern Sie sie oder senden Sie "
                        + "einen Link."
                )
        case .empty:
            language.pick(
                "There is nothing in it. Please attach it again.",
                "Sie ist leer. Bitte hängen Sie sie noch einmal an."
            )
        case .type:
            language.pick(
                "WhatsApp does not take files of this type. Please send it in another format, such as PDF or JPEG.",
                "WhatsApp nimmt Dateien dieses Typs nicht. Bitte senden Sie sie in einem anderen Format, etwa PDF oder JPEG."
            )
        case .unreadable:
            language.pick(
                "Connect did not hand it out. Please attach it again.",
                "Connect hat sie nicht herausgegeben. Bitte hängen Sie sie noch einmal an."
            )
        case .refused(let failure):
            Texts(language).text(failure)
        }
    }
}
