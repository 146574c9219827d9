/**
 * One kind of ticket that the starter corpus hardly knows: the label printers, barcode scanners and card readers in a
 * technician's van. They are rented out, so the billing desk looks after them. Each is worded by hand. More than twenty, since
 * the learner gets some right by itself after a while, and nobody reassigns those.
 */
export const VAN_PRINTERS: readonly (readonly [subject: string, body: string])[] = [
  [
    'Label printer in the van stays silent',
    'Since Monday the little Brother label printer in van 7 takes the job from the phone, blinks twice and prints nothing. Other vans are fine.',
  ],
  [
    'Barcode scanner',
    'Morning. The hand scanner beeps when Jonas reads a spare part, but no part number turns up on the job sheet. Same scanner worked last week.',
  ],
  [
    'Zebra ZQ320 will not connect',
    'We bought four Zebra ZQ320 for the crew. Bluetooth finds them, the tablet says paired, and still there is no printer to choose when we want a sticker.',
  ],
  [
    'stickers come out blank',
    'every second asset sticker we print on the road comes out white. new roll, new battery, head cleaned. what else can we try??',
  ],
  [
    'Scanning QR codes on the boilers',
    'Our fitters point the handheld reader at the QR plate of a boiler and it opens the wrong customer. Reading with the phone camera instead finds the right one.',
  ],
  [
    'Which label roll width',
    'Hello, which paper width does the mobile label printer expect from your template? Ours is cut off at the right by about six millimetres.',
  ],
  [
    'Card reader on the van',
    'The payment terminal our drivers carry no longer pairs with the tablet after its firmware was renewed. It pairs with a different tablet at once.',
  ],
  [
    'Printer drops off after lunch',
    'Every day the same: mornings the van printer works, after the break it has lost the tablet and must be paired again from zero. Very tiresome in the rain.',
  ],
  [
    'Etikettendrucker druckt doppelt',
    'Guten Tag, unser mobiler Etikettendrucker gibt jedes Etikett zweimal aus, seit die Geräte der Monteure getauscht wurden. Können Sie helfen?',
  ],
  [
    'Honeywell scanner reads but does not fill the field',
    'Device: Honeywell Voyager, cable into the rugged tablet. The light goes on, the code is read, the serial number box remains empty. Typing works.',
  ],
  [
    'RFID tags on extinguishers',
    'We stick RFID tags on fire extinguishers and read them with a sled reader. Half of the tags are read as the tag of the neighbour. Is there a range setting?',
  ],
  [
    'Need receipts on paper',
    'Some customers want a slip in their hand. Can the belt printer our people wear produce one at the end of a visit, and what must be paired for that?',
  ],
  [
    'Scanner gun and umlauts',
    'When the scanner gun reads a shelf code with Ä or Ö the stock item is not found. Codes without such letters are fine with the same gun.',
  ],
  [
    'Imprimante du camion',
    "Bonjour, l'imprimante d'étiquettes du camion affiche « hors ligne » alors que la tablette est juste à côté et que le Bluetooth est actif.",
  ],
  [
    'Thermal head temperature warning',
    'The portable printer shows a hot-head warning after ten asset tags in a row and the queue on the tablet is then lost. We print about eighty a day.',
  ],
  [
    'Two vans, one printer name',
    'Both vans show the same device name, so labels for Piotr come out at Marek and the other way round. How do we give each device a name of its own?',
  ],
  [
    'Measuring tool over Bluetooth',
    'The laser measure and the flue gas analyser of our technicians are paired, yet their readings do not arrive in the form. Only the brand Testo is concerned.',
  ],
  [
    'Docking cradle',
    'After sitting in the vehicle cradle overnight the handheld no longer sees its own scan engine. Taking the battery out for a minute cures it until next morning.',
  ],
  [
    'Reading damaged barcodes',
    'Old pumps carry scratched code plates. Our reader gives up after one try. Is there a mode in which it keeps trying, like the reader of our former supplier?',
  ],
  [
    'Replacement printers, how to set up',
    'Three printers were stolen with the van. The replacements are here; what does a driver have to press so that his tablet talks to the new device?',
  ],
  [
    'Sleep mode',
    'How long until the belt printer switches itself off? Ours is asleep whenever a fitter reaches for a tag, and waking it takes half a minute.',
  ],
  [
    'Paper jam light on both devices',
    'Both label machines in vans 3 and 12 show the jam light with no paper inside. We opened and closed the lid as the sheet says.',
  ],
  [
    'Codes on curved pipes',
    'Stickers around a pipe cannot be read by the hand reader. Would a smaller code help, and can the device print one?',
  ],
  [
    'Charging contacts',
    'The contacts of two readers are worn so that they charge only when held at an angle. Is there a swap programme?',
  ],
  [
    'Kassenterminal im Auto',
    'Das Kartenlesegerät im Wagen von Herrn Öz verlangt nach jeder Fahrt eine neue Kopplung mit dem Tablet. Was tun?',
  ],
  [
    'Firmware for the readers',
    'One of nine scanners runs an older firmware and writes the serial number twice. How do our people bring it up to date on the road?',
  ],
  [
    'Printer talks Spanish',
    "After the battery was flat the tag printer's display is in Spanish and it ignores the tablet. Which buttons reset it?",
  ],
  [
    'Gloves',
    'With winter gloves on nobody can press the trigger of the new scan guns. Do you have the model with the long trigger, and does it pair the same way?',
  ],
  [
    'Lost stylus and reader',
    'A colleague left his reader on a roof. How do we block it so that no one else pairs with it, and get another?',
  ],
  [
    'Colour labels',
    'We would like red tags for condemned units. Does any of the portable printers you lend do two colours?',
  ],
]

/** Of the same kind, in words nobody has used for it; the first is the twenty-first ticket. */
export const UNSEEN_PRINTERS: readonly (readonly [subject: string, body: string])[] = [
  [
    'Nothing comes out',
    'Our driver wants to tag a compressor, presses print on his tablet, and the Bluetooth printer in the vehicle stays dark. Paired it afresh, no change.',
  ],
  [
    'Portable reader',
    'The barcode reader of our new colleague is paired with her tablet but nothing is entered when she scans an article.',
  ],
  [
    'Labels far too small',
    'The mobile printer squeezes our asset label onto a third of the paper since we put in another roll. Where is the width of the label set?',
  ],
  [
    'Handhelds of the night crew',
    'Four handhelds lose their printer whenever the vans leave the yard; back in the yard the devices pair again by themselves.',
  ],
  [
    'Scanner pairs with the wrong tablet',
    'In a van with two technicians the scanner always takes the tablet of the other one. How do we tie a scanner to one device?',
  ],
]
