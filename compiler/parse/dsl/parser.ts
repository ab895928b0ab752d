import { type CstNode, CstParser, type TokenType } from 'chevrotain';
import {
  Arrow,
  CloseBrace,
  CloseBracket,
  CloseParen,
  Comma,
  Compare,
  Equals,
  Keyword,
  Name,
  Numeral,
  OpenBrace,
  OpenBracket,
  OpenParen,
  Plus,
  Text,
  TOKENS,
  Word,
} from './lexer.js';

const word = (text: string): TokenType => Keyword[text] as TokenType;

/** The grammar of the DSL (docs/dsl.md). It recovers at the next statement, so that a run shows several errors. */
export class DslParser extends CstParser {
  constructor() {
    super(TOKENS, { recoveryEnabled: true, maxLookahead: 2 });
    this.performSelfAnalysis();
  }

  readonly file: () => CstNode = this.RULE('file', () => {
    this.MANY(() => this.SUBRULE(this.statement));
  });

  private readonly statement = this.RULE('statement', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.policy) },
      { ALT: () => this.SUBRULE(this.setting) },
      { ALT: () => this.SUBRULE(this.tool) },
      { ALT: () => this.SUBRULE(this.method) },
      { ALT: () => this.SUBRULE(this.rule) },
    ]);
  });

  private readonly policy = this.RULE('policy', () => {
    this.CONSUME(word('policy'));
    this.CONSUME(Name);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            this.CONSUME(word('version'));
            this.CONSUME1(Numeral);
          },
        },
        {
          ALT: () => {
            this.CONSUME(word('describe'));
            this.CONSUME2(Text, { LABEL: 'description' });
          },
        },
        {
          ALT: () => {
            this.CONSUME(word('extends'));
            this.SUBRULE(this.strings);
          },
        },
      ]),
    );
  });

  private readonly setting = this.RULE('setting', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word('mode'));
          this.CONSUME1(Name, { LABEL: 'mode' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('approval'));
          this.CONSUME(word('timeout'));
          this.CONSUME2(Name, { LABEL: 'timeout' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('paths'));
          this.CONSUME(word('case'));
          this.CONSUME3(Name, { LABEL: 'case' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('risk'));
          this.CONSUME4(Name, { LABEL: 'level' });
          this.CONSUME(Arrow);
          this.CONSUME5(Name, { LABEL: 'action' });
        },
      },
    ]);
  });

  private readonly tool = this.RULE('tool', () => {
    this.CONSUME(word('tool'));
    this.SUBRULE(this.names);
    this.CONSUME(Arrow);
    this.SUBRULE(this.uses);
  });

  private readonly method = this.RULE('method', () => {
    this.CONSUME(word('method'));
    this.SUBRULE(this.names);
    this.CONSUME(Arrow);
    this.OR([
      { GATE: () => this.LA(1).tokenType === word('pass'), ALT: () => this.CONSUME(word('pass')) },
      { ALT: () => this.SUBRULE(this.uses) },
    ]);
  });

  private readonly uses = this.RULE('uses', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Plus, DEF: () => this.SUBRULE(this.mapping) });
  });

  /** Not a keyword without quotes: a statement that breaks off must not take the next one's first word for its own. */
  private readonly capability = this.RULE('capability', () => {
    this.OR([{ ALT: () => this.CONSUME(Word) }, { ALT: () => this.CONSUME(Text) }]);
  });

  private readonly mapping = this.RULE('mapping', () => {
    this.SUBRULE(this.capability);
    this.OPTION(() => {
      this.CONSUME(OpenBrace);
      this.MANY(() => this.SUBRULE(this.detail));
      this.CONSUME(CloseBrace);
    });
  });

  private readonly detail = this.RULE('detail', () => {
    this.OR([
      { ALT: () => this.CONSUME(word('tree')) },
      {
        ALT: () => {
          this.CONSUME(word('risk'));
          this.CONSUME(Name, { LABEL: 'level' });
        },
      },
      {
        ALT: () => {
          this.OR1([
            { ALT: () => this.CONSUME(word('paths'), { LABEL: 'key' }) },
            { ALT: () => this.CONSUME(word('amounts'), { LABEL: 'key' }) },
            { ALT: () => this.CONSUME(word('text'), { LABEL: 'key' }) },
          ]);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.selector) });
        },
      },
    ]);
  });

  private readonly selector = this.RULE('selector', () => {
    this.OR([
      { ALT: () => this.CONSUME(Name) },
      {
        ALT: () => {
          this.CONSUME(OpenParen);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME1(Name, { LABEL: 'part' }) });
          this.CONSUME(CloseParen);
        },
      },
    ]);
  });

  private readonly rule = this.RULE('rule', () => {
    this.OR([
      { ALT: () => this.CONSUME(word('deny'), { LABEL: 'decision' }) },
      { ALT: () => this.CONSUME(word('approve'), { LABEL: 'decision' }) },
      { ALT: () => this.CONSUME(word('warn'), { LABEL: 'decision' }) },
      { ALT: () => this.CONSUME(word('allow'), { LABEL: 'decision' }) },
    ]);
    this.SUBRULE(this.capability);
    this.OPTION(() => {
      this.CONSUME(word('as'));
      this.CONSUME1(Name, { LABEL: 'id' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('where'));
      this.SUBRULE(this.either);
    });
    this.OPTION2(() => {
      this.CONSUME(word('because'));
      this.CONSUME2(Name, { LABEL: 'reason' });
    });
    this.OPTION3(() => {
      this.CONSUME(word('describe'));
      this.CONSUME(Text, { LABEL: 'description' });
    });
  });

  private readonly either: () => CstNode = this.RULE('either', () => {
    this.AT_LEAST_ONE_SEP({ SEP: word('or'), DEF: () => this.SUBRULE(this.both) });
  });

  private readonly both = this.RULE('both', () => {
    this.AT_LEAST_ONE_SEP({ SEP: word('and'), DEF: () => this.SUBRULE(this.negation) });
  });

  private readonly negation = this.RULE('negation', () => {
    this.OPTION(() => this.CONSUME(word('not')));
    this.OR([
      {
        ALT: () => {
          this.CONSUME(OpenParen);
          this.SUBRULE(this.either);
          this.CONSUME(CloseParen);
        },
      },
      { ALT: () => this.SUBRULE(this.condition) },
    ]);
  });

  private readonly condition = this.RULE('condition', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(word('path'), { LABEL: 'fact' });
          this.OR1([
            { ALT: () => this.CONSUME(word('under'), { LABEL: 'operator' }) },
            { ALT: () => this.CONSUME(word('like'), { LABEL: 'operator' }) },
          ]);
          this.SUBRULE1(this.strings);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('text'), { LABEL: 'fact' });
          this.OR2([
            { ALT: () => this.CONSUME(word('contains'), { LABEL: 'operator' }) },
            { ALT: () => this.CONSUME(word('matches'), { LABEL: 'operator' }) },
          ]);
          this.SUBRULE2(this.strings);
        },
      },
      {
        ALT: () => {
          this.OR3([
            { ALT: () => this.CONSUME(word('amount'), { LABEL: 'fact' }) },
            { ALT: () => this.CONSUME(word('depth'), { LABEL: 'fact' }) },
          ]);
          this.CONSUME1(Compare, { LABEL: 'operator' });
          this.CONSUME1(Numeral, { LABEL: 'number' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('args'), { LABEL: 'fact' });
          this.CONSUME1(Name, { LABEL: 'selector' });
          this.SUBRULE(this.test);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('arguments'), { LABEL: 'fact' });
          this.CONSUME(word('only'), { LABEL: 'operator' });
          this.SUBRULE4(this.strings);
        },
      },
      {
        ALT: () => {
          this.OR4([
            ...['environment', 'role', 'tenant', 'risk', 'agent', 'tool', 'table'].map((name) => ({
              ALT: () => this.CONSUME(word(name), { LABEL: 'fact' }),
            })),
            {
              ALT: () => {
                this.CONSUME(word('context'), { LABEL: 'fact' });
                this.CONSUME2(Name, { LABEL: 'key' });
              },
            },
          ]);
          this.OR5([
            {
              ALT: () => {
                this.CONSUME(Equals);
                this.CONSUME(Text, { LABEL: 'string' });
              },
            },
            {
              ALT: () => {
                this.CONSUME(word('in'));
                this.SUBRULE3(this.strings);
              },
            },
          ]);
        },
      },
    ]);
  });

  private readonly test = this.RULE('test', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Equals, { LABEL: 'operator' });
          this.SUBRULE(this.value);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('in'), { LABEL: 'operator' });
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE1(this.value) });
          this.CONSUME(CloseBracket);
        },
      },
      {
        ALT: () => {
          this.OR1(
            ['like', 'matches', 'starts', 'contains'].map((name) => ({
              ALT: () => this.CONSUME(word(name), { LABEL: 'operator' }),
            })),
          );
          this.SUBRULE(this.strings);
        },
      },
      {
        ALT: () => {
          this.CONSUME(Compare, { LABEL: 'operator' });
          this.CONSUME(Numeral, { LABEL: 'number' });
        },
      },
      { ALT: () => this.CONSUME(word('exists'), { LABEL: 'operator' }) },
      { ALT: () => this.CONSUME(word('missing'), { LABEL: 'operator' }) },
      {
        ALT: () => {
          this.CONSUME(word('is'), { LABEL: 'operator' });
          this.AT_LEAST_ONE_SEP1({ SEP: Comma, DEF: () => this.CONSUME(Name, { LABEL: 'type' }) });
        },
      },
    ]);
  });

  private readonly value = this.RULE('value', () => {
    this.OR([
      { ALT: () => this.CONSUME(Text) },
      { ALT: () => this.CONSUME(Numeral) },
      { ALT: () => this.CONSUME(word('true')) },
      { ALT: () => this.CONSUME(word('false')) },
    ]);
  });

  private readonly names = this.RULE('names', () => {
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME(Name) });
  });

  private readonly strings = this.RULE('strings', () => {
    this.OR([
      { ALT: () => this.CONSUME(Text) },
      {
        ALT: () => {
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME1(Text) });
          this.CONSUME(CloseBracket);
        },
      },
    ]);
  });
}
