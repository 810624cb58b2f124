// A rule of our own: colours, sizes over 3 px and times in milliseconds stand in tokens.css and base.css alone; the engines may size their parts.
const colour = /#[0-9a-fA-F]{3,8}\b(?![^{]*\{)|\b(?:rgb|hsl|oklch|lab)a?\(/;
const size = /(?<![\w.-])(\d+(?:\.\d+)?)px\b/g;
const time = /(?<![\w.-])\d+(?:\.\d+)?m?s\b(?=[^"']*;)/;

const look = {
  meta: { type: 'problem', schema: [{ type: 'object', properties: { engine: { type: 'boolean' } }, additionalProperties: false }] },
  create(context) {
    const engine = context.options[0]?.engine === true;
    return {
      Program(node) {
        const text = context.sourceCode.getText();
        for (const block of text.matchAll(/<style[^>]*>([\s\S]*?)<\/style>/g)) {
          const from = block.index + block[0].indexOf(block[1]);
          const report = (index, message) => context.report({ node, loc: context.sourceCode.getLocFromIndex(from + index), message });
          block[1].split('\n').reduce((at, line) => {
            const style = line.replace(/@media[^{]*/, (query) => ' '.repeat(query.length));
            if (colour.test(style)) report(at, 'A colour is a token.');
            if (!engine && time.test(style)) report(at, 'A time is a token.');
            if (!engine) for (const match of style.matchAll(size)) if (Number(match[1]) > 3) report(at + match.index, `${match[0]}: a size over 3 px is a token.`);
            return at + line.length + 1;
          }, 0);
        }
      },
    };
  },
};

export default { rules: { look } };
