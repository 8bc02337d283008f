/** By which Amazon Q Developer in chat applications subscribes a channel, by itself. */
export const CHAT_ENDPOINT = /^https:\/\/[a-z0-9.-]{1,100}\.chatbot\.amazonaws\.com(\/|$)/;

/** What stands for it in the list of who is to be subscribed, because nobody but that service knows its address; the stack writes it. */
export const CHAT_SUBSCRIBER = 'slack';
