/** What a command of TeX is to the parser: a sign, a relation, an arrow between statements, an operator between factors, an end. */
type Role = 'sign' | 'relation' | 'arrow' | 'infix' | 'end';

/**
 * By role, entries with commas between the commands of one meaning, and the characters that stand for them behind. In front of
 * a colon what the parser calls it, where that is not the first command; `>` in front of a name: the same the other way round.
 */
const TABLE: Readonly<Record<Role | 'command', string>> = {
  sign: String.raw`<=:le,leq,leqslant≤⩽≦ >=:ge,geq,geqslant≥⩾≧ <:lt >:gt !=:ne,neq≠ =:equiv,coloneqq≡ in∈ cup∪ cap∩ pm± mp∓ mid∣
setminus,smallsetminus,backslash∖ approx,simeq≈ *:cdot,ast·⋅∗• times× /:div÷⁄∕ \{:lbrace \}:rbrace lvert rvert |:vert (:langle,lparen⟨
):rangle,rparen⟩ [:lbrack ]:rbrack ::colon∶ %:percent land,wedge∧ lor,vee∨ range`,
  relation: `subset⊂ >subset:supset⊃ subseteq⊆ >subseteq:supseteq⊇ subsetneq sim∼ cong≅ propto∝ perp⊥ parallel∥ ll≪ >ll:gg≫ prec
>prec:succ preceq >preceq:succeq notin∉ >in:ni nmid∤ asymp doteq`,
  arrow: `iff,Leftrightarrow,leftrightarrow,Longleftrightarrow⇔↔ implies,Rightarrow,Longrightarrow,to,rightarrow,longrightarrow→⇒ mapsto
>implies:leftarrow,Leftarrow←`,
  infix: 'circ∘ star otimes⊗ oplus⊕ ominus odot diamond bigcirc rtimes ltimes amalg',
  end: 'end rfloor⌋ rceil⌉ over choose bmod',
  command: `infty∞ emptyset,varnothing∅Ø angle∠ triangle△ sqrt√ sum∑ prod∏ int∫ lfloor⌊ lceil⌈ forall∀ exists∃ neg,lnot¬ ldots…⋯ partial∂
nabla∇`,
};

/** The Greek alphabet from α on; ο is not used, ς is σ. */
export const GREEK =
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma sigma tau upsilon phi chi psi omega'.split(
    ' ',
  );

/** Characters, by the commands that they stand for. */
export const COMMAND_OF = new Map<string, string>();
/** Commands that are no names, by role and what the parser calls them. */
export const SIGN_OF = new Map<string, { readonly kind: Role; readonly text: string }>();

for (const [role, entries] of Object.entries(TABLE)) {
  for (const [, text, commands = '', characters = ''] of entries.matchAll(/(?:(\S+):)?([a-zA-Z,]+)(\S*)/g)) {
    const names = commands.split(',');
    const [first = ''] = names;
    for (const character of characters) COMMAND_OF.set(character, first);
    if (isRole(role)) for (const name of names) SIGN_OF.set(name, { kind: role, text: text ?? first });
  }
}
GREEK.forEach((name, i) => {
  COMMAND_OF.set(String.fromCharCode(0x3b1 + i), name);
  COMMAND_OF.set(String.fromCharCode(0x391 + i), name.charAt(0).toUpperCase() + name.slice(1));
});

function isRole(role: string): role is Role {
  return role !== 'command';
}
