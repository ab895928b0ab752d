import { type CstNode, CstParser, type TokenType } from 'chevrotain';
import { ARGUMENT_FORMS } from '../../conditions/args.js';
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
import { ARGUMENT_FACTS, DECISION_WORDS, FACTS, isSign, type KeyedForm, SELECTING } from './vocabulary.js';

/** Places of tokens in the rule of tests that are its own. */
const FIRST_PLACE = 4;

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
      { ALT: () => this.SUBRULE(this.mark) },
      { ALT: () => this.SUBRULE(this.limit) },
      { ALT: () => this.SUBRULE(this.promise) },
      { ALT: () => this.SUBRULE(this.results) },
      { ALT: () => this.SUBRULE(this.pattern) },
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
          this.CONSUME(word('timezone'));
          this.CONSUME6(Name, { LABEL: 'timezone' });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('labels'));
          this.AT_LEAST_ONE_SEP2({ SEP: Comma, DEF: () => this.CONSUME9(Name, { LABEL: 'labels' }) });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('sql'));
          this.OR1([
            {
              ALT: () => {
                this.CONSUME(word('dialect'));
                this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME7(Name, { LABEL: 'dialect' }) });
              },
            },
            {
              ALT: () => {
                this.CONSUME(word('functions'));
                this.AT_LEAST_ONE_SEP1({ SEP: Comma, DEF: () => this.CONSUME8(Name, { LABEL: 'functions' }) });
              },
            },
          ]);
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
          this.CONSUME(word('dialect'));
          this.AT_LEAST_ONE_SEP1({ SEP: Comma, DEF: () => this.CONSUME1(Name, { LABEL: 'dialect' }) });
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('shell'));
          this.OR2([{ ALT: () => this.CONSUME(word('true')) }, { ALT: () => this.CONSUME(word('false')) }]);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('risk'));
          this.CONSUME(Name, { LABEL: 'level' });
        },
      },
      {
        ALT: () => {
          this.OR1(SELECTING.map((key) => ({ ALT: () => this.CONSUME(word(key), { LABEL: 'key' }) })));
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

  /** What a call leaves behind, or takes away. */
  private readonly mark = this.RULE('mark', () => {
    this.OR([{ ALT: () => this.CONSUME(word('mark')) }, { ALT: () => this.CONSUME(word('clear')) }]);
    this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME(Name, { LABEL: 'label' }) });
    this.OPTION(() => {
      this.CONSUME(word('by'));
      this.CONSUME1(Name, { LABEL: 'by' });
    });
    this.CONSUME(word('on'));
    this.SUBRULE(this.capability);
    this.OPTION1(() => {
      this.CONSUME(word('as'));
      this.CONSUME2(Name, { LABEL: 'id' });
    });
    this.OPTION2(() => {
      this.CONSUME(word('where'));
      this.SUBRULE(this.either);
    });
    this.OPTION3(() => {
      this.CONSUME(word('result'));
      this.OR1([
        // Quoted, the word is a selector.
        {
          GATE: () => this.LA(1).tokenType === word('secret'),
          ALT: () => {
            this.CONSUME(word('secret'), { LABEL: 'held' });
            this.SUBRULE(this.secrets);
          },
        },
        {
          ALT: () => {
            this.CONSUME3(Name, { LABEL: 'at' });
            this.AT_LEAST_ONE_SEP1({ SEP: word('and'), DEF: () => this.SUBRULE(this.test) });
          },
        },
      ]);
    });
    this.OPTION4(() => {
      this.CONSUME(word('describe'));
      this.CONSUME(Text, { LABEL: 'description' });
    });
  });

  private readonly limit = this.RULE('limit', () => {
    this.CONSUME(word('limit'));
    this.SUBRULE(this.capability);
    this.OR([
      { ALT: () => this.CONSUME(word('calls')) },
      {
        ALT: () => {
          this.CONSUME(word('of'));
          this.CONSUME(Name, { LABEL: 'of' });
        },
      },
    ]);
    this.CONSUME(Numeral, { LABEL: 'max' });
    this.CONSUME(word('per'));
    this.CONSUME1(Name, { LABEL: 'per' });
    this.OPTION(() => {
      this.CONSUME(word('by'));
      this.CONSUME2(Name, { LABEL: 'by' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('for'));
      this.CONSUME(word('everyone'));
    });
    this.OPTION2(() => {
      this.CONSUME(word('as'));
      this.CONSUME3(Name, { LABEL: 'id' });
    });
    this.OPTION3(() => {
      this.CONSUME(word('where'));
      this.SUBRULE(this.either);
    });
    this.OPTION4(() => {
      this.CONSUME(word('else'));
      this.CONSUME4(Name, { LABEL: 'over' });
    });
    this.OPTION5(() => {
      this.CONSUME(word('because'));
      this.CONSUME5(Name, { LABEL: 'reason' });
    });
    this.OPTION6(() => {
      this.CONSUME(word('describe'));
      this.CONSUME(Text, { LABEL: 'description' });
    });
  });

  /** What the author means, whatever the rules say. */
  private readonly promise = this.RULE('promise', () => {
    this.OR([{ ALT: () => this.CONSUME(word('never')) }, { ALT: () => this.CONSUME(word('always')) }]);
    this.OR1(
      Object.values(DECISION_WORDS).map((decision) => ({
        ALT: () => this.CONSUME(word(decision), { LABEL: 'decision' }),
      })),
    );
    this.SUBRULE(this.capability);
    this.OPTION(() => {
      this.CONSUME(word('as'));
      this.CONSUME(Name, { LABEL: 'id' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('where'));
      this.SUBRULE(this.either);
    });
    this.OPTION2(() => {
      this.CONSUME(word('describe'));
      this.CONSUME(Text, { LABEL: 'description' });
    });
  });

  /** What is done about the results of calls. */
  private readonly results = this.RULE('results', () => {
    this.CONSUME(word('results'));
    this.SUBRULE(this.capability);
    this.OPTION(() => {
      this.CONSUME(word('as'));
      this.CONSUME(Name, { LABEL: 'id' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('where'));
      this.SUBRULE(this.either);
    });
    this.OPTION2(() => {
      this.CONSUME(word('redact'));
      this.OPTION3(() => {
        this.CONSUME(word('secret'));
        this.SUBRULE(this.secrets, { LABEL: 'redacted' });
      });
      this.OPTION4(() => {
        this.CONSUME(word('at'));
        this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME1(Name, { LABEL: 'at' }) });
      });
    });
    this.OPTION5(() => {
      this.CONSUME(word('withhold'));
      this.CONSUME1(word('secret'));
      this.SUBRULE1(this.secrets, { LABEL: 'withheld' });
    });
    this.OPTION6(() => {
      this.CONSUME(word('max'));
      this.CONSUME(Numeral, { LABEL: 'max' });
    });
    this.OPTION7(() => {
      this.CONSUME(word('because'));
      this.CONSUME2(Name, { LABEL: 'reason' });
    });
    this.OPTION8(() => {
      this.CONSUME(word('describe'));
      this.CONSUME(Text, { LABEL: 'description' });
    });
  });

  /** A detector of the policy's own. */
  private readonly pattern = this.RULE('pattern', () => {
    this.CONSUME(word('pattern'));
    this.CONSUME(Name, { LABEL: 'name' });
    this.CONSUME(Text, { LABEL: 'expression' });
  });

  /** Names of detectors. */
  private readonly secrets = this.RULE('secrets', () => {
    this.OR([
      { ALT: () => this.CONSUME1(Name, { LABEL: 'name' }) },
      {
        ALT: () => {
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME(Name, { LABEL: 'name' }) });
          this.CONSUME(CloseBracket);
        },
      },
    ]);
  });

  private readonly rule = this.RULE('rule', () => {
    this.OR(
      Object.values(DECISION_WORDS).map((decision) => ({
        ALT: () => this.CONSUME(word(decision), { LABEL: 'decision' }),
      })),
    );
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
    // Tells apart the places of one token in this rule.
    let place = 1;
    this.OR(
      [...FACTS].map(([fact, forms]) => {
        const at = place;
        place += forms.length;
        return { ALT: () => this.fact(fact, forms, at) };
      }),
    );
  });

  /** @param at The first of as many places as there are forms. */
  private fact(fact: string, forms: readonly KeyedForm[], at: number): void {
    const [first] = forms as readonly [KeyedForm];
    this.CONSUME(word(fact), { LABEL: 'fact' });
    if (first.isNamed) this.consume(at, Name, { LABEL: 'name' });
    if (first.operator === undefined) this.operand(first, at);
    else if (isSign(first.operator)) {
      this.consume(at, Compare, { LABEL: 'operator' });
      this.operand(first, at);
    } else {
      const alternatives = forms.map((form, i) => ({
        ALT: () => {
          this.consume(at + i, word(form.operator as string), { LABEL: 'operator' });
          this.operand(form, at + i);
        },
      }));
      this.or(at, alternatives);
    }
  }

  private operand({ operand }: KeyedForm, at: number): void {
    if (operand === 'number') this.consume(at, Numeral, { LABEL: 'number' });
    else if (operand === 'isNumber') this.subrule(at, this.numbers);
    else if (operand === 'commands') this.subrule(at, this.commands);
    else if (operand === 'after') this.subrule(at, this.labels);
    else if (operand === 'secrets') this.subrule(at, this.secrets);
    else if (operand === 'texts') this.subrule(at, this.strings);
    else if (operand === 'is') this.subrule(at, this.equality);
    else this.subrule(at, this.test);
  }

  /** Labels, how long ago they were set at most, and of which keys. */
  private readonly labels = this.RULE('labels', () => {
    this.OR([
      { ALT: () => this.CONSUME(Name, { LABEL: 'label' }) },
      {
        ALT: () => {
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME1(Name, { LABEL: 'label' }) });
          this.CONSUME(CloseBracket);
        },
      },
    ]);
    this.OPTION(() => {
      this.CONSUME(word('within'));
      this.CONSUME2(Name, { LABEL: 'within' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('by'));
      this.CONSUME3(Name, { LABEL: 'by' });
    });
  });

  private readonly equality = this.RULE('equality', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Equals);
          this.CONSUME(Text);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('in'));
          this.SUBRULE(this.strings);
        },
      },
    ]);
  });

  /** A command, or a list of them, each with options that must or must not be there. */
  private readonly commands = this.RULE('commands', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.command) },
      {
        ALT: () => {
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.SUBRULE1(this.command) });
          this.CONSUME(CloseBracket);
        },
      },
    ]);
  });

  private readonly command = this.RULE('command', () => {
    this.CONSUME(Text, { LABEL: 'run' });
    this.OPTION(() => {
      this.CONSUME(word('with'));
      this.SUBRULE(this.strings, { LABEL: 'flags' });
    });
    this.OPTION1(() => {
      this.CONSUME(word('without'));
      this.SUBRULE1(this.strings, { LABEL: 'noFlags' });
    });
  });

  private readonly numbers = this.RULE('numbers', () => {
    this.OR([
      {
        ALT: () => {
          this.CONSUME(Equals);
          this.CONSUME(Numeral);
        },
      },
      {
        ALT: () => {
          this.CONSUME(word('in'));
          this.CONSUME(OpenBracket);
          this.AT_LEAST_ONE_SEP({ SEP: Comma, DEF: () => this.CONSUME1(Numeral) });
          this.CONSUME(CloseBracket);
        },
      },
    ]);
  });

  private readonly test = this.RULE('test', () => {
    const of = (operand: unknown) => ARGUMENT_FORMS.filter((form) => form.operand === operand);
    const constants = ARGUMENT_FORMS.filter(({ operand }) => typeof operand === 'object');
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
            of('texts').map(({ operator }) => ({ ALT: () => this.CONSUME(word(operator), { LABEL: 'operator' }) })),
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
      ...[...ARGUMENT_FACTS].map(([fact, forms], i) => ({ ALT: () => this.fact(fact, forms, FIRST_PLACE + 4 * i) })),
      ...constants.map(({ operator }) => ({ ALT: () => this.CONSUME(word(operator), { LABEL: 'operator' }) })),
      {
        ALT: () => {
          this.OR2(
            of('names').map(({ operator }) => ({ ALT: () => this.CONSUME(word(operator), { LABEL: 'operator' }) })),
          );
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
