/** Whether anybody can have an address at this domain, so that it says nothing about the company. */
export const isFreeMail = (domain: string): boolean => FREE_MAIL.has(domain.toLowerCase())

const FREE_MAIL = new Set(
  'gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com yahoo.de icloud.com me.com aol.com gmx.de gmx.net gmx.com web.de proton.me protonmail.com mail.com mail.ru yandex.ru qq.com 163.com t-online.de orange.fr free.fr laposte.net libero.it'.split(
    ' ',
  ),
)
