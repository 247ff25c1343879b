// What was typed is no answer: says what would be one, and at which input.

export class Wrong extends Error {
  constructor(words, input) {
    super(words);
    this.input = input;
  }
}
