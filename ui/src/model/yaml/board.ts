// The text of a dashboard: its charts, and the place of what the server complains about. Pure.
import { isMap, isNode, isScalar, isSeq, parseDocument, type Node } from 'yaml';
import { readCharts, type BoardChart } from '../board';
import { offsetOf } from '../yamlEdit';

const parsed = (source: string) => parseDocument(source, { prettyErrors: false, logLevel: 'silent' });

// The charts, or nothing where the text is not YAML. Aliases are followed up to the limit of the parser.
export function chartsOf(source: string): BoardChart[] | undefined {
  const document = parsed(source);
  if (document.errors.length > 0) return undefined;
  try {
    return readCharts(document.toJS());
  } catch {
    return undefined; // an alias without an anchor, or too many of them
  }
}

export interface Complaint { message: string; from: number; to: number }
const inText = / at line (\d+), column (\d+)$/;

// The range of a path like `charts[0].data.columns`, or of the nearest part of it that is there.
function rangeOf(source: string, path: string): [number, number] {
  let at: unknown = parsed(source).contents;
  let range: [number, number] = [0, 0];
  for (const part of path.split(/[.[\]]+/).filter((one) => one !== '')) {
    let key: Node | undefined;
    let value: unknown;
    if (isMap(at)) {
      const pair = at.items.find((one) => isScalar(one.key) && String(one.key.value) === part);
      key = isNode(pair?.key) ? pair.key : undefined;
      value = pair?.value;
    } else if (isSeq(at)) {
      value = at.items[Number(part)];
      key = isMap(value) && isNode(value.items[0]?.key) ? value.items[0].key : isNode(value) ? value : undefined;
    }
    if (key?.range == null) break;
    range = [key.range[0], key.range[1]];
    at = value;
  }
  return range;
}

export function complaintsOf(source: string, constraints: string): Complaint[] {
  return constraints.split('\n').map((line) => line.trim()).filter((line) => line !== '').map((line) => {
    const place = inText.exec(line);
    if (place !== null) {
      const at = offsetOf(source, Number(place[1]), Number(place[2]));
      return { message: line.replace(inText, ''), from: at, to: at };
    }
    const path = /^([A-Za-z][\w.[\]-]*): /.exec(line)?.[1];
    const [from, to] = path === undefined ? [0, 0] : rangeOf(source, path);
    return { message: line, from, to };
  });
}
