// Reads server-sent events from parts of text, wherever they are cut. Pure.
export interface ServerEvent { id: string; data: string }

const longest = 4 * 1024 * 1024; // a frame of the server has at most 960 KB

export class EventReader {
  lastId = ''; // also of events without data: the place that was reached
  private rest = '';
  private data: string[] = [];

  push(text: string): ServerEvent[] {
    this.rest += text;
    if (this.rest.length > longest) throw new Error('an event is too long');
    const lines = this.rest.split('\n');
    this.rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.line(line.endsWith('\r') ? line.slice(0, -1) : line));
  }
  private line(line: string): ServerEvent[] {
    if (line === '') {
      const { data } = this;
      this.data = [];
      return data.length === 0 ? [] : [{ id: this.lastId, data: data.join('\n') }];
    }
    const colon = line.indexOf(':');
    if (colon === 0) return []; // a comment: the server is alive
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.lastId = value;
    return [];
  }
}
