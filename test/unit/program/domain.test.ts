import { expect } from "chai";
import fc from "fast-check";

import { newAxis, type Affine, type Axis } from "../../../src/program/ir/affine.js";
import { Domain, positionsOf } from "../../../src/program/ir/domain.js";

/** Value of a form at a position of its axes. */
const at = (form: Affine, positions: ReadonlyMap<Axis, number>): number =>
  form.terms.reduce(
    (sum, { axis, coefficient }) => sum + coefficient * (positions.get(axis) ?? 0),
    form.offset,
  );

/** The leaves of all axes at a flat row-major position, after the splits of a domain. */
function positionsAt(domain: Domain, axes: readonly Axis[], flat: number): Map<Axis, number> {
  const leaves = axes.flatMap((axis) => domain.partsOf(axis));
  const positions = new Map<Axis, number>();
  let rest = flat;
  for (const leaf of [...leaves].reverse()) {
    positions.set(leaf, rest % leaf.extent);
    rest = Math.floor(rest / leaf.extent);
  }
  return positions;
}

const flatIn = (coordinates: readonly number[], shape: readonly number[]): number =>
  coordinates.reduce((sum, coordinate, axis) => sum * (shape[axis] as number) + coordinate, 0);

/** Two factorings of one count: pieces grouped in two ways. */
const twoShapes = fc
  .tuple(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 }), fc.integer(), fc.integer())
  .map(([pieces, one, other]) => {
    const grouped = (mask: number) =>
      pieces.reduce<number[]>((shape, piece, index) => {
        if (index > 0 && ((mask >> index) & 1) === 1)
          shape[shape.length - 1] = (shape.at(-1) as number) * piece;
        else shape.push(piece);
        return shape;
      }, []);
    return [grouped(one), grouped(other)] as const;
  });

describe("Domain", () => {
  it("reshape keeps the row-major position, splitting axes where it must", () => {
    fc.assert(
      fc.property(twoShapes, ([from, to]) => {
        const domain = new Domain();
        const axes = from.map(newAxis);
        const coordinates = domain.reshape(positionsOf(axes), from, to);
        // Shapes of the same pieces can always be reached.
        expect(coordinates).to.have.length(to.length);
        const forms = (coordinates ?? []).map((form) => domain.resolve(form));
        const count = from.reduce((product, extent) => product * extent, 1);
        for (let flat = 0; flat < count; flat++) {
          const positions = positionsAt(domain, axes, flat);
          expect(
            flatIn(
              forms.map((form) => at(form, positions)),
              to,
            ),
          ).to.equal(flat);
        }
      }),
    );
  });

  it("reshape gives up where no split makes it affine", () => {
    const domain = new Domain();
    expect(domain.reshape(positionsOf([newAxis(8), newAxis(3)]), [8, 3], [6, 4])).to.equal(undefined);
  });

  it("reshape lets a coordinate that may lie outside pass an unchanged or a unit dimension, and no other", () => {
    const outside = (axis: Axis): Affine => ({ offset: -1, terms: [{ axis, coefficient: 1 }] });
    const [a, b] = [newAxis(6), newAxis(4)];
    const coordinates = [outside(a), ...positionsOf([b])];
    expect(new Domain().reshape(coordinates, [5, 4], [5, 2, 2])?.[0]).to.deep.equal(outside(a));
    expect(new Domain().reshape(coordinates, [5, 4], [5, 1, 4])?.[0]).to.deep.equal(outside(a));
    expect(new Domain().reshape(coordinates, [5, 4], [20])).to.equal(undefined);
  });

  it("reshape never makes a coordinate that lies outside of a unit dimension one that lies inside", () => {
    const form: Affine = { offset: -1, terms: [{ axis: newAxis(2), coefficient: 1 }] };
    expect(new Domain().reshape([form], [1], [])).to.equal(undefined);
    expect(new Domain().reshape([form], [1], [1, 1])?.[0]).to.deep.equal(form);
  });
});
