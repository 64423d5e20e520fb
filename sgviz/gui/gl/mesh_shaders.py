"""The GLSL of shaded surfaces: light from over the left shoulder, on both sides.

A fragment gets its normal from its vertices, turned towards the eye, and its lines
from the numbers of the grid's rows and columns: a line is where one is a multiple of
``u_wire``, its distance is known in pixels through the derivatives of the number, so
its edge is smooth by arithmetic and its depth is the surface's own.
"""

from sgviz.gui.gl.shaders import COMMON

MESH_VERTEX = (
    COMMON
    + """
layout(location = 0) in vec3 a_here;
layout(location = 1) in vec3 a_normal;
layout(location = 2) in vec4 a_colour;
uniform mat4 u_view;
uniform vec2 u_grid;        // points of a row, rows
out vec3 v_eye;             // the place and the normal as the eye sees them
out vec3 v_normal;
out vec3 v_colour;
out vec2 v_cell;            // the numbers of column and row
out float v_fog;

void main() {
    gl_Position = u_mvp * vec4(a_here, 1.0);
    v_eye = (u_view * vec4(a_here, 1.0)).xyz;
    v_normal = mat3(u_view) * a_normal;
    v_colour = a_colour.rgb;
    int width = int(u_grid.x);
    int row = gl_VertexID / width;
    v_cell = vec2(gl_VertexID - row * width, row % int(u_grid.y));
    v_fog = fog_at(a_here);
}
"""
)

MESH_FRAGMENT = """
#version 330 core
uniform vec3 u_background;
uniform vec3 u_ink;         // of the wireframe
uniform vec2 u_wire;        // columns and rows from one line to the next
uniform float u_half;       // half a line's width in pixels
uniform vec3 u_opacity;     // of the surface seen from above, at its rim; of lines
uniform vec4 u_light;       // from everywhere, from KEY, its gloss; white mixed in
uniform float u_ortho;      // 1: every ray runs along the axis of view
in vec3 v_eye;
in vec3 v_normal;
in vec3 v_colour;
in vec2 v_cell;
in float v_fog;
out vec4 o_colour;          // premultiplied

const vec3 KEY = vec3(-0.42, 0.58, 0.70);   // where the light comes from, unit length

float line_at(vec2 cell) {
    vec2 number = cell / u_wire;
    vec2 step = max(fwidth(number), vec2(1e-6));
    vec2 away = abs(fract(number - 0.5) - 0.5) / step;
    vec2 line = clamp(u_half - away + 0.5, 0.0, 1.0);
    // Where lines come as close as pixels (at a pole, far away) they would be a blot.
    line *= 1.0 - smoothstep(0.08, 0.28, step);
    return max(line.x, line.y);
}

void main() {
    vec3 to_eye = u_ortho > 0.5 ? vec3(0.0, 0.0, 1.0) : normalize(-v_eye);
    vec3 flat_normal = cross(dFdx(v_eye), dFdy(v_eye));
    vec3 normal = dot(v_normal, v_normal) > 1e-8 ? v_normal : flat_normal;
    normal = normalize(normal + vec3(0.0, 0.0, 1e-9));
    if (dot(normal, to_eye) < 0.0) normal = -normal;

    float facing = clamp(dot(normal, to_eye), 0.0, 1.0);
    float light = u_light.x + u_light.y * max(dot(normal, KEY), 0.0);
    float gloss = u_light.z * pow(max(dot(normal, normalize(KEY + to_eye)), 0.0), 28.0);
    vec3 shaded = mix(v_colour, vec3(1.0), u_light.w) * light + gloss;

    float line = line_at(v_cell) * u_opacity.z;
    float rim = (1.0 - facing) * (1.0 - facing);
    float surface = mix(u_opacity.x, u_opacity.y, rim);
    vec3 drawn = mix(v_colour, u_ink, surface > 0.02 ? 0.8 : 0.0);
    vec3 colour = mix(shaded, drawn, surface > 0.02 ? line : 1.0);
    float alpha = surface + line * (1.0 - surface);
    if (alpha < 0.02) discard;
    o_colour = vec4(mix(min(colour, 1.0), u_background, v_fog) * alpha, alpha);
}
"""
