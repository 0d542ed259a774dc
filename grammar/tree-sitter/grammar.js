/**
 * @file rlm-lang in canonical form: what `rlm-lang fmt` writes. Written by hand, so that nodes have
 * useful names; a test holds its words against the table of tokens. See ../README.md for how
 * src/parser.c is made.
 *
 * A line end ends a statement where one can end; everywhere else it is a blank. So brackets need no
 * care, and only the words that continue a block look across a line end.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PREC = {
  lambda: -2,
  conditional: -1,
  or: 1,
  and: 2,
  not: 3,
  compare: 4,
  bits: 5,
  shift: 6,
  plus: 7,
  times: 8,
  sign: 9,
  power: 10,
  call: 11,
};

const listOf = (item) => seq(item, repeat(seq(',', item)), optional(',')); // at least one

/** Clauses that may stand on the line after a block's end. */
const onNextLine = (clause) => seq(optional('\n'), clause);

/** The inside of a text up to `quote`: stretches, escapes, and fields where `fields` is given. */
const inside = ($, quote, fields) => {
  const long = quote.length === 3;
  const sign = quote[0];
  const other = `[^${sign}\\\\${fields ? '{}' : ''}${long ? '' : '\\n'}]+`;
  const parts = [
    alias(token.immediate(prec(1, new RegExp(other))), $.text_content),
    $.escape,
  ];
  if (long) {
    parts.push(alias(token.immediate(new RegExp(`${sign}${sign}?`)), $.text_content));
  }
  if (fields) {
    parts.push(alias(token.immediate(prec(1, choice('{{', '}}'))), $.escape), $.field);
  }
  return repeat(choice(...parts));
};

/** A text in each kind of quotes, with one of the prefixes. */
const quoted = ($, prefix, fields) =>
  choice(
    ...['"""', "'''", '"', "'"].map((quote) =>
      seq(
        alias(token(seq(prefix, quote)), $.text_start),
        inside($, quote, fields),
        alias(token.immediate(quote), $.text_end),
      ),
    ),
  );

module.exports = grammar({
  name: 'rlm',

  extras: ($) => [$.comment, /\s/],

  word: ($) => $.identifier,

  supertypes: ($) => [$.statement, $.expression, $.operand],

  conflicts: ($) => [
    // A target in brackets may be the start of a place: `(a).b`, `[a][0]`.
    [$._target, $._primary],
    // A line end after a block: the statement's end, or before `else`, `elif`, `except`, `finally`.
    [$.if_statement],
    [$.for_statement],
    [$.while_statement],
    [$.try_statement],
    [$.except_clause],
  ],

  rules: {
    source_file: ($) => optional($._statements),

    _statements: ($) =>
      seq($.statement, repeat(seq($._end, $.statement)), optional($._end)),

    _end: (_) => choice('\n', ';'),

    comment: (_) => token(prec(-1, /#[^\n]*/)),

    statement: ($) =>
      choice(
        $.if_statement,
        $.for_statement,
        $.while_statement,
        $.function_definition,
        $.try_statement,
        $.return_statement,
        $.break_statement,
        $.continue_statement,
        $.pass_statement,
        $.raise_statement,
        $.assert_statement,
        $.delete_statement,
        $.global_statement,
        $.import_statement,
        $.assignment,
        $.augmented_assignment,
        $.expression_statement,
      ),

    block: ($) => seq('{', optional($._statements), '}'),

    if_statement: ($) =>
      seq(
        'if',
        field('condition', $.expression),
        field('consequence', $.block),
        repeat($.elif_clause),
        optional($.else_clause),
      ),
    elif_clause: ($) =>
      onNextLine(seq('elif', field('condition', $.expression), field('consequence', $.block))),
    else_clause: ($) => onNextLine(seq('else', field('body', $.block))),

    for_statement: ($) =>
      seq(
        'for',
        field('left', $._targets),
        'in',
        field('right', $._expressions),
        field('body', $.block),
        optional($.else_clause),
      ),
    while_statement: ($) =>
      seq('while', field('condition', $.expression), field('body', $.block), optional($.else_clause)),

    function_definition: ($) =>
      seq(
        'def',
        field('name', $.identifier),
        '(',
        field('parameters', optional($.parameters)),
        ')',
        field('body', $.block),
      ),
    parameters: ($) => listOf($._parameter),
    _parameter: ($) => choice($.identifier, $.default_parameter, $.rest_parameter, $.keyword_parameter),
    default_parameter: ($) => seq(field('name', $.identifier), '=', field('value', $.expression)),
    rest_parameter: ($) => seq('*', $.identifier),
    keyword_parameter: ($) => seq('**', $.identifier),

    try_statement: ($) =>
      seq(
        'try',
        field('body', $.block),
        choice(seq(repeat1($.except_clause), optional($.finally_clause)), $.finally_clause),
      ),
    except_clause: ($) =>
      seq(
        onNextLine(seq('except', optional($._caught), field('body', $.block))),
        optional($.else_clause),
      ),
    // `e`, `KeyError`, `(KeyError, ValueError) as e`
    _caught: ($) =>
      seq(choice($.path, $.kinds), optional(seq('as', field('name', $.identifier)))),
    kinds: ($) => seq('(', listOf($.path), ')'),
    finally_clause: ($) => onNextLine(seq('finally', field('body', $.block))),

    return_statement: ($) => prec.right(seq('return', optional($._expressions))),
    break_statement: (_) => prec.left('break'),
    continue_statement: (_) => prec.left('continue'),
    pass_statement: (_) => prec.left('pass'),
    raise_statement: ($) => prec.right(seq('raise', optional($.expression))),
    assert_statement: ($) => seq('assert', $.expression, optional(seq(',', $.expression))),
    delete_statement: ($) => seq('del', $._targets),
    global_statement: ($) => seq(choice('global', 'nonlocal'), listOf($.identifier)),

    import_statement: ($) =>
      choice(
        seq('import', listOf($._imported)),
        seq('from', field('module', $.path), 'import', choice($.wildcard, listOf($._imported))),
      ),
    _imported: ($) => choice($.path, $.aliased_import),
    aliased_import: ($) => seq($.path, 'as', field('alias', $.identifier)),
    path: ($) => seq($.identifier, repeat(seq('.', $.identifier))),
    wildcard: (_) => '*',

    assignment: ($) =>
      seq(
        field('left', $._expressions),
        '=',
        field('right', choice($._expressions, $.assignment)),
      ),
    augmented_assignment: ($) =>
      seq(
        field('left', $.expression),
        field(
          'operator',
          choice('+=', '-=', '*=', '/=', '//=', '%=', '**=', '|=', '&=', '^=', '<<=', '>>='),
        ),
        field('right', $._expressions),
      ),
    expression_statement: ($) => $._expressions,

    _targets: ($) => choice($._target, $.target_list),
    target_list: ($) =>
      prec.right(seq($._target, choice(',', seq(repeat1(seq(',', $._target)), optional(','))))),
    _target: ($) =>
      choice($.identifier, $.attribute, $.subscript, $.tuple_target, $.list_target, $.rest_target),
    tuple_target: ($) => seq('(', listOf($._target), ')'),
    list_target: ($) => seq('[', listOf($._target), ']'),
    rest_target: ($) => seq('*', $._target),

    _expressions: ($) => choice($._item, $.expression_list),
    expression_list: ($) =>
      prec.right(seq($._item, choice(',', seq(repeat1(seq(',', $._item)), optional(','))))),
    _item: ($) => choice($.expression, $.spread),
    spread: ($) => seq('*', $.expression),

    expression: ($) => choice($.operand, $.conditional, $.lambda),
    conditional: ($) =>
      prec.right(
        PREC.conditional,
        seq(
          field('consequence', $.operand),
          'if',
          field('condition', $.operand),
          'else',
          field('alternative', $.expression),
        ),
      ),
    lambda: ($) =>
      prec.right(
        PREC.lambda,
        seq('lambda', field('parameters', optional($.parameters)), ':', field('body', $.expression)),
      ),

    operand: ($) =>
      choice($.boolean_operation, $.not_operation, $.comparison, $.binary_operation, $.sign, $._primary),
    boolean_operation: ($) =>
      choice(
        prec.left(PREC.or, seq($.operand, 'or', $.operand)),
        prec.left(PREC.and, seq($.operand, 'and', $.operand)),
      ),
    not_operation: ($) => prec(PREC.not, seq('not', $.operand)),
    comparison: ($) =>
      prec.left(
        PREC.compare,
        seq(
          $.operand,
          repeat1(
            seq(
              choice('==', '!=', '<', '<=', '>', '>=', 'in', seq('not', 'in'), 'is', seq('is', 'not')),
              $.operand,
            ),
          ),
        ),
      ),
    binary_operation: ($) =>
      choice(
        prec.left(PREC.bits, seq($.operand, choice('|', '^', '&'), $.operand)),
        prec.left(PREC.shift, seq($.operand, choice('<<', '>>'), $.operand)),
        prec.left(PREC.plus, seq($.operand, choice('+', '-'), $.operand)),
        prec.left(PREC.times, seq($.operand, choice('*', '/', '//', '%'), $.operand)),
        prec.right(PREC.power, seq($.operand, '**', $.operand)),
      ),
    sign: ($) => prec(PREC.sign, seq(choice('-', '+', '~'), $.operand)),

    _primary: ($) =>
      choice(
        $.identifier,
        $.number,
        $.text,
        $.joined_text,
        $.true,
        $.false,
        $.none,
        $.call,
        $.subscript,
        $.attribute,
        $.parenthesized,
        $.tuple,
        $.generator,
        $.list,
        $.list_comprehension,
        $.set,
        $.set_comprehension,
        $.dict,
        $.dict_comprehension,
      ),

    call: ($) =>
      prec(PREC.call, seq(field('function', $._primary), field('arguments', $.arguments))),
    arguments: ($) => choice(seq('(', optional(listOf($._argument)), ')'), $.generator),
    _argument: ($) => choice($.expression, $.spread, $.keyword_spread, $.keyword_argument),
    keyword_argument: ($) => seq(field('name', $.identifier), '=', field('value', $.expression)),
    keyword_spread: ($) => seq('**', $.expression),
    subscript: ($) =>
      prec(
        PREC.call,
        seq(field('value', $._primary), '[', field('index', choice($.expression, $.slice)), ']'),
      ),
    slice: ($) =>
      seq(
        optional($.expression),
        ':',
        optional($.expression),
        optional(seq(':', optional($.expression))),
      ),
    attribute: ($) =>
      prec(
        PREC.call,
        seq(
          field('object', $._primary),
          '.',
          field('attribute', $.identifier),
        ),
      ),

    parenthesized: ($) => seq('(', choice($.expression, $.named_expression), ')'),
    named_expression: ($) =>
      seq(field('name', $.identifier), ':=', field('value', $.expression)),
    tuple: ($) =>
      seq('(', optional(choice($.spread, seq($._item, ','), seq($._item, ',', listOf($._item)))), ')'),
    generator: ($) => seq('(', $._item, repeat1($.for_clause), ')'),
    list: ($) => seq('[', optional(listOf($._item)), ']'),
    list_comprehension: ($) => seq('[', $._item, repeat1($.for_clause), ']'),
    set: ($) => seq('{', listOf($._item), '}'),
    set_comprehension: ($) => seq('{', $._item, repeat1($.for_clause), '}'),
    dict: ($) => seq('{', optional(listOf(choice($.pair, $.keyword_spread))), '}'),
    dict_comprehension: ($) => seq('{', $.pair, repeat1($.for_clause), '}'),
    pair: ($) => seq(field('key', $.expression), ':', field('value', $.expression)),
    for_clause: ($) =>
      seq('for', field('left', $._targets), 'in', field('right', $.operand), repeat($.if_clause)),
    if_clause: ($) => seq('if', $.operand),

    identifier: (_) => /[_\p{XID_Start}][_\p{XID_Continue}]*/,
    number: (_) =>
      token(
        choice(
          /0[xX][0-9a-fA-F_]+/,
          /0[oO][0-7_]+/,
          /0[bB][01_]+/,
          /[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9_]+)?/,
        ),
      ),
    true: (_) => 'True',
    false: (_) => 'False',
    none: (_) => 'None',

    text: ($) => choice(quoted($, optional('r'), false), quoted($, choice('f', 'rf'), true)),
    joined_text: ($) => prec.right(seq($.text, repeat1($.text))),
    escape: (_) => token.immediate(prec(1, /\\(.|\n)/)),
    field: ($) =>
      seq(
        '{',
        $._expressions,
        optional('='),
        optional(alias(token.immediate(/![rsa]/), $.conversion)),
        optional($.format),
        '}',
      ),
    format: ($) =>
      seq(
        token.immediate(':'),
        repeat(choice(alias(token.immediate(prec(1, /[^{}\n"']+/)), $.format_content), $.field)),
      ),
  },
});
