/** The names people and bots write most; others are shown as they are written. */
const EMOJI: Readonly<Record<string, string>> = Object.fromEntries(
  `+1 👍,thumbsup 👍,-1 👎,thumbsdown 👎,ok_hand 👌,wave 👋,raised_hands 🙌,clap 👏,pray 🙏,muscle 💪,point_up ☝️,point_right 👉,
  point_left 👈,point_down 👇,eyes 👀,heart ❤️,broken_heart 💔,fire 🔥,tada 🎉,rocket 🚀,100 💯,sparkles ✨,star ⭐,zap ⚡,boom 💥,
  smile 😄,grinning 😀,slightly_smiling_face 🙂,joy 😂,wink 😉,blush 😊,heart_eyes 😍,thinking_face 🤔,neutral_face 😐,
  confused 😕,worried 😟,cry 😢,sob 😭,angry 😠,rage 😡,scream 😱,sweat_smile 😅,sunglasses 😎,zzz 💤,skull 💀,ghost 👻,
  white_check_mark ✅,heavy_check_mark ✔️,ballot_box_with_check ☑️,x ❌,heavy_multiplication_x ✖️,no_entry ⛔,no_entry_sign 🚫,
  warning ⚠️,rotating_light 🚨,exclamation ❗,question ❓,grey_question ❔,information_source ℹ️,bulb 💡,bell 🔔,no_bell 🔕,
  mega 📣,loudspeaker 📢,red_circle 🔴,large_orange_circle 🟠,large_yellow_circle 🟡,large_green_circle 🟢,large_blue_circle 🔵,
  white_circle ⚪,black_circle ⚫,arrow_right ➡️,arrow_left ⬅️,arrow_up ⬆️,arrow_down ⬇️,arrow_upper_right ↗️,
  leftwards_arrow_with_hook ↩️,arrow_right_hook ↪️,arrows_counterclockwise 🔄,repeat 🔁,hourglass ⌛,
  hourglass_flowing_sand ⏳,stopwatch ⏱️,alarm_clock ⏰,clock1 🕐,calendar 📅,date 📅,spiral_calendar_pad 🗓️,inbox_tray 📥,
  outbox_tray 📤,package 📦,email 📧,envelope ✉️,incoming_envelope 📨,memo 📝,pencil2 ✏️,pushpin 📌,round_pushpin 📍,link 🔗,
  paperclip 📎,lock 🔒,unlock 🔓,key 🔑,mag 🔍,mag_right 🔎,wrench 🔧,hammer 🔨,hammer_and_wrench 🛠️,gear ⚙️,bug 🐛,
  robot_face 🤖,ticket 🎫,label 🏷️,credit_card 💳,moneybag 💰,euro 💶,dollar 💵,chart_with_upwards_trend 📈,
  chart_with_downwards_trend 📉,bar_chart 📊,house 🏠,office 🏢,phone 📞,telephone_receiver 📞,iphone 📱,computer 💻,
  globe_with_meridians 🌐,earth_africa 🌍,sunny ☀️,crescent_moon 🌙,cloud ☁️,umbrella ☔,snowflake ❄️,coffee ☕,pizza 🍕,cake 🍰,
  beers 🍻,books 📚,book 📖,bookmark 🔖,art 🎨,trophy 🏆,dart 🎯,snail 🐌,turtle 🐢,cat 🐱,dog 🐶,speech_balloon 💬,
  thought_balloon 💭,raising_hand 🙋,man-shrugging 🤷,shrug 🤷,handshake 🤝,seedling 🌱,new 🆕,sos 🆘,recycle ♻️`
    .split(',')
    .map((pair) => pair.trim().split(' ') as [string, string]),
)

export const emojiNamed = (name: string): string | undefined => EMOJI[name.replace(/::skin-tone-[2-6]$/, '')]

/** What the quick reactions offer. */
export const REACTIONS: readonly string[] = [
  '+1',
  'eyes',
  'white_check_mark',
  'tada',
  'heart',
  'pray',
  'rocket',
  'thinking_face',
]
