; rlm-lang; generated.

(identifier) @variable
((identifier) @variable.builtin
  (#any-of? @variable.builtin "context" "docs" "question"))

(function_definition name: (identifier) @function)
(parameters (identifier) @variable.parameter)
(default_parameter name: (identifier) @variable.parameter)
(keyword_argument name: (identifier) @variable.parameter)
(attribute attribute: (identifier) @property)
(call function: (identifier) @function.call)
(call function: (attribute attribute: (identifier) @function.method.call))
((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin "ChainMap" "Counter" "FINAL_VAR" "NoneType" "NormalDist" "OrderedDict" "SUBMIT" "SequenceMatcher" "StringIO" "Template" "abs" "accumulate" "acos" "acosh" "all" "answer" "any" "ascii" "asin" "asinh" "ask" "atan" "atan2" "atanh" "attrgetter" "batched" "bin" "bisect_left" "bisect_right" "bool" "budget" "callable" "capwords" "cbrt" "ceil" "chain" "chr" "chunk" "cite" "classify" "cmp_to_key" "comb" "combinations" "combinations_with_replacement" "compile" "compress" "copysign" "correlation" "cos" "cosh" "count" "count_by" "covariance" "csv" "cycle" "date" "datetime" "dedent" "deepcopy" "defaultdict" "degrees" "deque" "dict" "dist" "divmod" "dropwhile" "enumerate" "erf" "erfc" "escape" "exp" "exp2" "expm1" "fabs" "factorial" "files" "fill" "filter" "filterfalse" "findall" "finditer" "first" "flatten" "float" "floor" "fmean" "fmod" "format" "frexp" "frozenset" "fsum" "fullmatch" "function" "gamma" "gcd" "geometric_mean" "get_close_matches" "getattr" "grep" "group_by" "groupby" "harmonic_mean" "hasattr" "hash" "heapify" "heappop" "heappush" "heappushpop" "heapreplace" "hex" "hypot" "indent" "insort_left" "insort_right" "int" "isclose" "isfinite" "isinf" "isinstance" "islice" "isnan" "isqrt" "issubclass" "itemgetter" "iter" "join" "json" "lcm" "ldexp" "len" "lgamma" "linear_regression" "lines" "list" "llm_query_batched" "log" "log10" "log1p" "log2" "lru_cache" "map" "match" "max" "mean" "median" "median_high" "median_low" "methodcaller" "min" "mode" "modf" "multimode" "namedtuple" "next" "nextafter" "nlargest" "nsmallest" "number" "object" "oct" "ord" "pairs" "pairwise" "partial" "peek" "perm" "permutations" "pow" "pprint" "print" "prod" "product" "pstdev" "pvariance" "quantiles" "quoted" "radians" "range" "rank" "recurse" "reduce" "remainder" "repeat" "repr" "reversed" "rlm_query_batched" "round" "sample" "search" "set" "shorten" "sin" "sinh" "sorted" "split" "sqrt" "starmap" "stdev" "str" "sub" "subn" "sum" "table" "takewhile" "tan" "tanh" "tee" "timedelta" "timezone" "to_json" "trunc" "tuple" "type" "ulp" "unified_diff" "unique" "variance" "vars" "wrap" "wraps" "zip" "zip_longest"))

(comment) @comment
(number) @number
[(none) (true) (false)] @constant.builtin
(text) @string
(escape) @string.escape
(conversion) @string.special
(format) @string.special
(field ["{" "}"] @punctuation.special)

["if" "elif" "else" "for" "in" "while" "def" "return" "break" "continue" "pass" "try" "except" "finally" "assert" "raise" "del" "global" "nonlocal" "import" "from" "as"] @keyword
["and" "or" "not" "is" "lambda"] @keyword.operator
["def"] @keyword.function
["+" "-" "*" "/" "//" "%" "**" "|" "&" "^" "~" "<<" ">>" "==" "!=" "<" "<=" ">" ">=" "="] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," "." ":" ";"] @punctuation.delimiter
